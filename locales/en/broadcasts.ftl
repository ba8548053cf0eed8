# Broadcasts, for admins. Telegram's HTML; values are escaped before they get here.

bot-command-broadcast = New broadcast
bot-command-broadcasts = Drafts and progress

# Writing one

bot-bc-ask-text =
    📣 <b>Broadcast #{ $id }</b>

    Write the message in { $language }, or forward it: formatted text, or one photo or document with a caption. It goes out exactly as you send it here.
bot-bc-in-en = English
bot-bc-in-ru = Russian
bot-bc-button-instead = Write in { $language } instead
bot-bc-button-draft = ‹ Draft
bot-bc-button-broadcasts = ‹ Broadcasts
bot-bc-button-new = ➕ New broadcast

bot-bc-draft = 📣 <b>Broadcast #{ $id }</b> · draft
bot-bc-draft-gone = Draft #{ $id } deleted.
bot-bc-line-nothing = Nothing here yet.
bot-bc-line-texts = Text: { $languages }
bot-bc-line-one-language = Text: { $languages } (goes to everyone)
bot-bc-line-photo = With a photo
bot-bc-line-document = With a document
bot-bc-line-buttons = Buttons: { $buttons }
bot-bc-line-about = Topic: { $about }
bot-bc-line-to = To: { $segment } — <b>{ $count ->
        [one] { $count } person
       *[other] { $count } people
    }</b>
bot-bc-line-when = When: { $time }
bot-bc-line-paid = Faster, paid with Stars
bot-bc-at-once = right away
bot-bc-at = { $day } { $time } UTC

bot-bc-button-texts = ✏️ Text
bot-bc-button-buttons = 🔗 Buttons
bot-bc-button-to = 👥 Recipients
bot-bc-button-about = 🏷 Topic
bot-bc-button-when = 🕒 When
bot-bc-button-speed = ⚡ Speed
bot-bc-button-review = 👁 Preview and send
bot-bc-button-throw-away = 🗑 Delete draft

bot-bc-texts =
    <b>Text</b>

    Everyone gets the text in their own language; anyone else gets English, or whichever text there is. The photo or document is the same for all.
bot-bc-button-write = ✏️ { $language }
bot-bc-button-write-anew = ✅ { $language }
bot-bc-button-drop = 🗑 { $language }
bot-bc-button-drop-photo = 🗑 Remove photo
bot-bc-button-drop-document = 🗑 Remove document

bot-bc-ask-buttons =
    <b>Buttons under the message</b>

    Send up to 3, one per line:
    <code>Read more - https://example.org/news</code>
bot-bc-ask-buttons-in =
    <b>Buttons under the { $language } message</b>

    Send up to 3, one per line. Without any, the buttons for all languages are used.
    <code>Read more - https://example.org/news</code>
bot-bc-buttons-now = Now:
bot-bc-button-drop-buttons = 🗑 Remove buttons
bot-bc-button-buttons-in = Only in { $language }

bot-bc-abouts =
    <b>What is it about?</b>

    People can turn off each of these in /notify, except service updates. Anyone who did gets nothing.
bot-bc-about-service = service updates
bot-bc-about-plan-news = plans and prices
bot-bc-about-product-news = what’s new

bot-bc-segments =
    <b>Who gets it?</b>

    { $segment } — <b>{ $count ->
        [one] { $count } person
       *[other] { $count } people
    }</b> right now

    Only people who started the bot, can be messaged and want this topic.

    Or type a segment: <code>plan_ends:14</code>, <code>balance_under:500</code>, <code>active_within:45</code>, <code>people:1001,1002</code>
bot-bc-to-everyone = everyone
bot-bc-to-plans = people on { $plans }
bot-bc-to-plan-ends = people whose plan ends within { $days ->
        [one] { $days } day
       *[other] { $days } days
    }
bot-bc-to-balance-under = people with fewer than { $tokens ->
        [one] { $tokens } token
       *[other] { $tokens } tokens
    }
bot-bc-to-language = people who read { $language }
bot-bc-to-active-within = people active in the last { $days ->
        [one] { $days } day
       *[other] { $days } days
    }
bot-bc-to-people = selected people ({ $count })
bot-bc-button-everyone = Everyone
bot-bc-button-plan-ends = Ends ≤ { $days } d
bot-bc-button-balance-under = Under { $tokens }
bot-bc-button-language = { $language }
bot-bc-button-active-within = Active ≤ { $days } d

bot-bc-times =
    <b>When should it start?</b>

    { $time }

    It’s { $now } UTC now. For another time, send it like this: <code>2026-12-01 18:00</code> (UTC)
bot-bc-button-at-once = Right away
bot-bc-button-in-an-hour = In an hour
bot-bc-button-tomorrow = Tomorrow, same time

bot-bc-speeds =
    <b>How fast?</b>

    Free: { $rate } messages a second, about { $time } for { $count ->
        [one] { $count } person
       *[other] { $count } people
    }.

    With Stars: up to { $fast } a second. Each message above 30 a second costs 0.1 Star, at most <b>{ $stars ->
        [one] { $stars } Star
       *[other] { $stars } Stars
    }</b> here. Telegram takes them from the bot’s balance, which must hold at least 10,000 Stars. Paid broadcasts must be turned on in @BotFather.
bot-bc-button-free = Free
bot-bc-button-stars = With Stars, at most { $stars }

# What is wrong with it

bot-bc-flaw-again = Send it again, or go back to the draft.
bot-bc-flaw-empty = There’s nothing to send yet. Write a text first.
bot-bc-flaw-no-text = The text is empty.
bot-bc-flaw-too-long = The { $language } text has { $length } characters; Telegram’s limit is { $most }.
bot-bc-flaw-caption = With a photo or document, a text can have up to { $most } characters; the { $language } text has { $length }.
bot-bc-flaw-html = Telegram doesn’t accept this formatting: { $why }
bot-bc-flaw-buttons = You can have up to 3 buttons.
bot-bc-flaw-button-shape = Line { $line }: write the text, a dash with spaces around it, and the link.
bot-bc-flaw-button-text = Line { $line }: the text must be 1 to 64 characters.
bot-bc-flaw-button-long = Line { $line }: the link is too long.
bot-bc-flaw-button-address = Line { $line }: the link must look like https://example.org
bot-bc-flaw-button-host = Line { $line }: Telegram doesn’t open links whose host has no dot.
bot-bc-flaw-button-scheme = Line { $line }: the link must start with https://, http:// or tg://
bot-bc-flaw-file = This file can’t be broadcast.
bot-bc-flaw-plan = There’s no plan called { $plan }.
bot-bc-flaw-days = Days must be from 1 to 3,650.
bot-bc-flaw-tokens = Tokens must be at least 1.
bot-bc-flaw-people = List 1 to 10,000 Telegram IDs.
bot-bc-flaw-person = { $id } isn’t a Telegram ID.
bot-bc-flaw-over = That time has passed. Choose another one.
bot-bc-flaw-too-far = That’s more than a year away.
bot-bc-flaw-segment = I didn’t understand that. Use one of these: <code>everyone</code>, <code>plans:vip,elite</code>, <code>plan_ends:14</code>, <code>balance_under:500</code>, <code>language:ru</code>, <code>active_within:45</code>, <code>people:1001,1002</code>
bot-bc-flaw-time = I didn’t understand that time. Send it like this: <code>2026-12-01 18:00</code> (UTC)
bot-bc-flaw-album = Albums can’t be broadcast: send one photo or document.
bot-bc-flaw-kind = This kind of message can’t be broadcast: send text, one photo or one document.

# Sending

bot-bc-confirm =
    ⬆️ This is exactly what <b>{ $count ->
        [one] { $count } person
       *[other] { $count } people
    }</b> will get. To: { $segment }.
bot-bc-confirm-languages = Languages: { $languages }. Everyone gets their own.
bot-bc-confirm-when = Starts { $time }, takes about { $length }.
bot-bc-confirm-paid = Costs at most <b>{ $stars ->
        [one] { $stars } Star
       *[other] { $stars } Stars
    }</b>.
bot-bc-confirm-type = To send it, type this number: <code>{ $number }</code>
bot-bc-wrong-number = That number doesn’t match, so nothing was sent. Type <code>{ $number }</code> to send it, or go back to the draft.
bot-bc-late = Your number arrived long after you sent it, so nothing was sent. Type <code>{ $number }</code> again if you still want to send it.
bot-bc-other-number = The number of recipients has changed. Nothing was sent.
bot-bc-nobody = Nobody would get it right now.
bot-bc-refused =
    ⚠️ Telegram doesn’t accept the { $language } message for anyone:
    { $why }
bot-bc-not-shown = Telegram didn’t answer. Try the preview again in a moment.

# How it goes

bot-bc-card = 📣 <b>Broadcast #{ $id }</b>: { $state }
bot-bc-card-to = To: { $segment } — { $count ->
        [one] { $count } person
       *[other] { $count } people
    }
bot-bc-card-begins = Starts: { $time }
bot-bc-card-sent = Sent: <b>{ $count }</b>
bot-bc-card-unreachable = Unreachable: { $count }
bot-bc-card-failed = Failed: { $count }
bot-bc-card-uncertain = Unconfirmed: { $count }
bot-bc-card-unwanted = Opted out meanwhile: { $count }
bot-bc-card-left = Remaining: { $count }
bot-bc-card-retracted = Deleted: <b>{ $count }</b>
bot-bc-card-kept = Couldn’t be deleted: { $count }
bot-bc-card-rate = { $rate } a second, about { $length } left
bot-bc-card-waiting = about { $length } left
bot-bc-card-held = ⏳ On hold until { $time } UTC: { $why }
bot-bc-card-trouble = ⚠️ { $why }
bot-bc-card-began = Started { $time }
bot-bc-card-ended = Finished { $time }
bot-bc-seconds = { $count } s
bot-bc-minutes = { $count } min
bot-bc-hours = { $count } h
bot-bc-button-pause = ⏸ Pause
bot-bc-button-resume = ▶️ Resume
bot-bc-button-cancel = ⏹ Cancel
bot-bc-button-recall = ✏️ Back to the draft
bot-bc-button-retract = ↩️ Retract
bot-bc-button-failures = 📄 Who didn’t get it
bot-bc-ask-cancel =
    Stop broadcast #{ $id } for good?
    { $left ->
        [0] Nobody is left to message.
        [one] { $left } person won’t get it.
       *[other] { $left } people won’t get it.
    }
bot-bc-ask-cancel-scheduled = Cancel broadcast #{ $id }? Nobody will get it.
bot-bc-ask-throw-away = Delete draft #{ $id }?
bot-bc-ask-retract =
    Delete broadcast #{ $id } from { $count ->
        [one] { $count } chat
       *[other] { $count } chats
    } and stop it for good?
    Telegram only lets bots delete messages sent in the last 48 hours.
bot-bc-button-cancel-yes = Yes, stop it
bot-bc-button-throw-away-yes = Yes, delete it
bot-bc-button-retract-yes = Yes, delete it
bot-bc-button-no = No, go back
bot-bc-no-failures = Everyone we messaged got it.
bot-bc-failures = Broadcast #{ $id }: { $count ->
        [one] { $count } person
       *[other] { $count } people
    } who may not have got it

# Past ones

bot-bc-list = <b>Broadcasts</b>
bot-bc-list-none =
    <b>Broadcasts</b>

    There are none yet.
bot-bc-button-older = Older ›
