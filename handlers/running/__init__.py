"""What runs now, whose it is, and what it costs (contract, section 3)."""

from bot.command import Noun, Text

noun = Noun(
    "running",
    Text(en="What runs now, whose, since when, cost so far", zh="正在运行的资源：所属人、开始时间、费用"),
    ("运行中",),
)
