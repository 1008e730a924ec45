/** Shortcodes worth knowing; one that is not here is shown as it is written, as Slack does. */
const NAMES = `white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎ no_entry ⛔
no_entry_sign 🚫 warning ⚠️ rotating_light 🚨 octagonal_sign 🛑 hourglass ⌛ hourglass_flowing_sand ⏳ alarm_clock ⏰
stopwatch ⏱️ timer_clock ⏲️ clock1 🕐 clock3 🕒 calendar 📆 date 📅 spiral_calendar_pad 🗓️ lock 🔒 unlock 🔓
closed_lock_with_key 🔐 key 🔑 old_key 🗝️ shield 🛡️ door 🚪 gear ⚙️ wrench 🔧 hammer_and_wrench 🛠️ nut_and_bolt 🔩
bell 🔔 no_bell 🔕 mega 📣 loudspeaker 📢 speech_balloon 💬 thought_balloon 💭 eyes 👀 eye 👁️ mag 🔍 mag_right 🔎
information_source ℹ️ question ❓ grey_question ❔ exclamation ❗ grey_exclamation ❕ bangbang ‼️ bulb 💡 memo 📝
pencil 📝 pencil2 ✏️ clipboard 📋 bookmark_tabs 📑 page_facing_up 📄 link 🔗 paperclip 📎 pushpin 📌 round_pushpin 📍
inbox_tray 📥 outbox_tray 📤 package 📦 email 📧 envelope ✉️ incoming_envelope 📨 phone ☎️ computer 💻 desktop_computer 🖥️
iphone 📱 floppy_disk 💾 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 bar_chart 📊 moneybag 💰 credit_card 💳
checkered_flag 🏁 triangular_flag_on_post 🚩 white_flag 🏳️ black_flag 🏴 arrow_right ➡️ arrow_left ⬅️ arrow_up ⬆️
arrow_down ⬇️ arrow_right_hook ↪️ leftwards_arrow_with_hook ↩️ arrows_counterclockwise 🔄 repeat 🔁
arrows_clockwise 🔃 fast_forward ⏩ rewind ⏪ black_right_pointing_triangle ▶️ arrow_forward ▶️ double_vertical_bar ⏸️
pause_button ⏸️ black_square_for_stop ⏹️ heavy_plus_sign ➕ heavy_minus_sign ➖ recycle ♻️ fire 🔥 boom 💥 zap ⚡
snowflake ❄️ ice_cube 🧊 sunny ☀️ cloud ☁️ umbrella ☔ rainbow 🌈 star ⭐ sparkles ✨ tada 🎉 confetti_ball 🎊 trophy 🏆
rocket 🚀 construction 🚧 traffic_light 🚥 police_car 🚓 ambulance 🚑 helmet_with_white_cross ⛑️ sos 🆘 new 🆕 ok 🆗
red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵 white_circle ⚪
black_circle ⚫ large_red_square 🟥 large_green_square 🟩 small_blue_diamond 🔹 small_orange_diamond 🔸 heart ❤️
green_heart 💚 blue_heart 💙 thumbsup 👍 +1 👍 thumbsdown 👎 -1 👎 wave 👋 raised_hand ✋ raising_hand 🙋 point_right 👉
point_left 👈 point_up ☝️ point_down 👇 ok_hand 👌 clap 👏 pray 🙏 muscle 💪 handshake 🤝 writing_hand ✍️ smile 😄
slightly_smiling_face 🙂 grin 😁 joy 😂 wink 😉 thinking_face 🤔 cry 😢 sob 😭 scream 😱 sleeping 😴 zzz 💤 robot_face 🤖
bust_in_silhouette 👤 busts_in_silhouette 👥 man_technologist 👨‍💻 woman_technologist 👩‍💻 detective 🕵️ cop 👮 office 🏢
house 🏠 globe_with_meridians 🌐 earth_americas 🌎 satellite_antenna 📡 beetle 🐞 bug 🐛 ghost 👻 skull 💀 broom 🧹
scroll 📜 ticket 🎫 label 🏷️ test_tube 🧪 microscope 🔬 crystal_ball 🔮 coffee ☕ pizza 🍕 cake 🍰 beers 🍻 100 💯`;

const EMOJI: ReadonlyMap<string, string> = new Map(
  [...NAMES.matchAll(/(\S+)\s+(\S+)/g)].map(([, name = '', char = '']) => [name, char]),
);

/** The character of a shortcode, or undefined. */
export function emojiOf(name: string): string | undefined {
  return EMOJI.get(name.replace(/::skin-tone-\d$/, ''));
}

/** Text with its shortcodes replaced, for labels and placeholders. */
export function withEmoji(text: string): string {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name: string) => emojiOf(name) ?? whole);
}
