"""`python -m laotie` is `laotie`."""

import sys

from laotie.runtime.cli import main

sys.exit(main())
