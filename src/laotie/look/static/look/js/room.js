/** A page with a live room in it loads this too. */

import "./elements/comment-stream.js";
import "./elements/coupon-drop.js";
import "./elements/flash-bar.js";
import "./elements/giveaway-card.js";
import "./elements/like-button.js";
import "./elements/live-player.js";
import "./elements/live-room.js";
import "./elements/order-notice.js";
import "./elements/pinned-item.js";
import "./elements/pinned-say.js";
import "./elements/say-box.js";
import "./elements/stock-bar.js";
