"""What a person or the channel wishes about being told (decision 8)."""

from bot.command import Noun, Text

noun = Noun(
    "settings",
    Text(en="Quiet hours, daily digest, time zone", zh="免打扰时段、每日摘要、时区"),
    aliases=("设置", "偏好"),
)
