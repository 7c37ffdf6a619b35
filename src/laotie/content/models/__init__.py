"""Tables of posts and of what they are made from."""

from laotie.content.models.belts import Belt, BeltMembership
from laotie.content.models.moderation import Case, Opinion, RefusedText, RuleSet, TalkCase
from laotie.content.models.posts import Post, PostProduct, PostWork
from laotie.content.models.relations import (
    Block,
    Comment,
    FanChange,
    FanCount,
    Follow,
    Like,
    TalkRule,
)
from laotie.content.models.rights import Occasion, PostOccasion, RightsGrant
from laotie.content.models.signals import (
    Kin,
    PostBuy,
    PostFigures,
    RefundedOrder,
    Taste,
    Visit,
)
from laotie.content.models.snapshots import CreatorSnapshot, OutsideAccount, PostEntry
from laotie.content.models.support import (
    Enrolment,
    FieldDay,
    HeldShow,
    Programme,
    ProgrammeTask,
    Reward,
    TalentAgreement,
    TalentAlert,
    TaskProgress,
)
from laotie.content.models.uploads import CaptionWords, Upload, Work

__all__ = [
    "Follow",
    "Kin",
    "Occasion",
    "Post",
    "PostBuy",
    "PostFigures",
    "PostOccasion",
]
__all__ += [
    "PostProduct",
    "PostWork",
    "RefundedOrder",
    "RightsGrant",
    "Taste",
    "Upload",
    "Visit",
    "Work",
]
__all__ += ["Block", "Comment", "CreatorSnapshot", "Like", "OutsideAccount", "PostEntry"]
__all__ += ["CaptionWords", "FanChange", "FanCount", "TalkCase", "TalkRule"]
__all__ += ["Case", "Opinion", "RefusedText", "RuleSet"]
__all__ += ["Enrolment", "FieldDay", "HeldShow", "Programme", "ProgrammeTask", "Reward"]
__all__ += ["TalentAgreement", "TalentAlert", "TaskProgress"]
__all__ += ["Belt", "BeltMembership"]
