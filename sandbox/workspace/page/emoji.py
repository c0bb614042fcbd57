"""The emoji that the page draws for a shortcode; any other stays as it was typed."""

from __future__ import annotations

import re

SHORTCODE = re.compile(r":([a-z0-9_+-]+):(?::skin-tone-[2-6]:)?")

_TABLE = """
smile 😄 smiley 😃 grinning 😀 grin 😁 joy 😂 slightly_smiling_face 🙂 wink 😉 blush 😊 heart_eyes 😍 thinking_face 🤔
neutral_face 😐 confused 😕 disappointed 😞 cry 😢 sob 😭 scream 😱 sweat_smile 😅 sleeping 😴 sunglasses 😎 partying_face 🥳
wave 👋 +1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 ok_hand 👌 clap 👏 pray 🙏 muscle 💪 point_right 👉 point_left 👈 point_up ☝️
point_down 👇 raised_hand ✋ raised_hands 🙌 handshake 🤝 eyes 👀 brain 🧠 bust_in_silhouette 👤 busts_in_silhouette 👥
robot_face 🤖 heart ❤️ broken_heart 💔 star ⭐ star2 🌟 sparkles ✨ fire 🔥 boom 💥 zap ⚡ tada 🎉 confetti_ball 🎊 gift 🎁
rocket 🚀 airplane ✈️ car 🚗 house 🏠 office 🏢 factory 🏭 white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️
x ❌ negative_squared_cross_mark ❎ heavy_multiplication_x ✖️ no_entry ⛔ no_entry_sign 🚫 warning ⚠️ exclamation ❗
grey_exclamation ❕ question ❓ grey_question ❔ bangbang ‼️ information_source ℹ️ rotating_light 🚨 bell 🔔 no_bell 🔕
speech_balloon 💬 thought_balloon 💭 mega 📣 loudspeaker 📢 hourglass ⌛ hourglass_flowing_sand ⏳ stopwatch ⏱️
alarm_clock ⏰ timer_clock ⏲️ clock1 🕐 clock3 🕒 clock6 🕕 clock9 🕘 clock12 🕛 calendar 📆 date 📅 spiral_calendar_pad 🗓️
moneybag 💰 dollar 💵 yen 💴 credit_card 💳 money_with_wings 💸 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉
bar_chart 📊 receipt 🧾 ticket 🎫 package 📦 inbox_tray 📥 outbox_tray 📤 email 📧 envelope ✉️ mailbox 📫 memo 📝 pencil ✏️
pencil2 ✏️ clipboard 📋 page_facing_up 📄 file_folder 📁 open_file_folder 📂 card_index_dividers 🗂️ paperclip 📎 link 🔗
pushpin 📌 round_pushpin 📍 bookmark 🔖 label 🏷️ books 📚 book 📖 notebook 📓 mag 🔍 mag_right 🔎 bulb 💡 wrench 🔧 hammer 🔨
hammer_and_wrench 🛠️ gear ⚙️ nut_and_bolt 🔩 test_tube 🧪 microscope 🔬 key 🔑 closed_lock_with_key 🔐 lock 🔒 unlock 🔓
shield 🛡️ computer 💻 desktop_computer 🖥️ keyboard ⌨️ floppy_disk 💾 cd 💿 satellite 🛰️ electric_plug 🔌 battery 🔋
globe_with_meridians 🌐 earth_asia 🌏 cloud ☁️ sunny ☀️ rainbow 🌈 snowflake ❄️ umbrella ☔ seedling 🌱 evergreen_tree 🌲
four_leaf_clover 🍀 cherry_blossom 🌸 rose 🌹 tulip 🌷 sunflower 🌻 coffee ☕ tea 🍵 beer 🍺 cake 🍰 pizza 🍕 apple 🍎
red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵 white_circle ⚪
black_circle ⚫ large_green_square 🟩 large_red_square 🟥 large_yellow_square 🟨 white_large_square ⬜ black_large_square ⬛
arrow_right ➡️ arrow_left ⬅️ arrow_up ⬆️ arrow_down ⬇️ arrows_counterclockwise 🔄 repeat 🔁 arrow_forward ▶️
double_vertical_bar ⏸️ black_square_for_stop ⏹️ fast_forward ⏩ rewind ⏪ heavy_plus_sign ➕ heavy_minus_sign ➖ 100 💯
one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ checkered_flag 🏁 triangular_flag_on_post 🚩 trophy 🏆 medal 🏅 dart 🎯 crown 👑
wastebasket 🗑️ recycle ♻️ construction 🚧 sos 🆘 new 🆕 free 🆓 ok 🆗 up 🆙 flag-cn 🇨🇳 cn 🇨🇳 flag-de 🇩🇪 de 🇩🇪
"""
_WORDS = _TABLE.split()
EMOJI = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))


def draw(text: str) -> str:
    """Replace the shortcodes in a plain text by their emoji."""
    return SHORTCODE.sub(lambda found: EMOJI.get(found[1], found[0]), text)
