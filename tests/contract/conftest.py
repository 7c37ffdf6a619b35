from tests.lab.fixtures import door, lab, lab_process

__all__ = ["door", "lab", "lab_process"]
