# Broadcasts, for admins. Telegram's HTML; values are escaped before they get here.

bot-command-broadcast = Tell many people something
bot-command-broadcasts = Broadcasts and how they go

# Writing one

bot-bc-ask-text =
    📣 <b>Broadcast #{ $id }</b>

    Write the notice in { $language }, or forward it: text with its formatting, or one photo or document with a caption. It goes out just as you send it here.
bot-bc-in-en = English
bot-bc-in-ru = Russian
bot-bc-button-instead = In { $language } instead
bot-bc-button-draft = ‹ Draft
bot-bc-button-broadcasts = ‹ Broadcasts
bot-bc-button-new = ➕ New broadcast

bot-bc-draft = 📣 <b>Broadcast #{ $id }</b>, a draft
bot-bc-draft-gone = Broadcast #{ $id } is thrown away.
bot-bc-line-nothing = There is nothing in it yet.
bot-bc-line-texts = Text: { $languages }
bot-bc-line-one-language = Text: { $languages }, for everyone
bot-bc-line-photo = With a photo
bot-bc-line-document = With a document
bot-bc-line-buttons = Buttons: { $buttons }
bot-bc-line-about = About: { $about }
bot-bc-line-to = To: { $segment } — <b>{ $count ->
        [one] { $count } person
       *[other] { $count } people
    }</b>
bot-bc-line-when = When: { $time }
bot-bc-line-paid = Paid with Stars to be faster
bot-bc-at-once = at once
bot-bc-at = { $day } { $time } UTC

bot-bc-button-texts = ✏️ Text
bot-bc-button-buttons = 🔗 Buttons
bot-bc-button-to = 👥 To whom
bot-bc-button-about = 🏷 About
bot-bc-button-when = 🕒 When
bot-bc-button-speed = ⚡ Speed
bot-bc-button-review = 👁 Preview and send
bot-bc-button-throw-away = 🗑 Throw away

bot-bc-texts =
    <b>What it says</b>

    Everyone gets the text in their language; who has none, in English, or in the one there is. A photo or document is the same for all.
bot-bc-button-write = ✏️ { $language }
bot-bc-button-write-anew = ✅ { $language }
bot-bc-button-drop = 🗑 { $language }
bot-bc-button-drop-photo = 🗑 The photo
bot-bc-button-drop-document = 🗑 The document

bot-bc-ask-buttons =
    <b>Buttons below the message</b>

    Write them, a line each, at most 3:
    <code>Read more - https://example.org/news</code>
bot-bc-ask-buttons-in =
    <b>Buttons below the message in { $language }</b>

    Write them, a line each, at most 3. Without any, those of all languages stand there.
    <code>Read more - https://example.org/news</code>
bot-bc-buttons-now = Now:
bot-bc-button-drop-buttons = 🗑 No buttons
bot-bc-button-buttons-in = Only in { $language }

bot-bc-abouts =
    <b>What is it about?</b>

    People can switch each of these off in /notify, but for the service itself. Who did gets nothing.
bot-bc-about-service = the service itself
bot-bc-about-plan-news = plans and prices
bot-bc-about-product-news = what is new

bot-bc-segments =
    <b>Who gets it?</b>

    { $segment } — <b>{ $count ->
        [one] { $count } person
       *[other] { $count } people
    }</b>, counted now

    They have started the bot, can be written to, and want to hear of this.

    Or write it: <code>plan_ends:14</code>, <code>balance_under:500</code>, <code>active_within:45</code>, <code>people:1001,1002</code>
bot-bc-to-everyone = everyone
bot-bc-to-plans = those on { $plans }
bot-bc-to-plan-ends = those whose plan ends within { $days ->
        [one] { $days } day
       *[other] { $days } days
    }
bot-bc-to-balance-under = those with fewer than { $tokens ->
        [one] { $tokens } token
       *[other] { $tokens } tokens
    }
bot-bc-to-language = those who read { $language }
bot-bc-to-active-within = those who were here within { $days ->
        [one] { $days } day
       *[other] { $days } days
    }
bot-bc-to-people = those chosen one by one ({ $count })
bot-bc-button-everyone = Everyone
bot-bc-button-plan-ends = Plan ends in { $days } d
bot-bc-button-balance-under = Under { $tokens }
bot-bc-button-language = { $language }
bot-bc-button-active-within = Active in { $days } d

bot-bc-times =
    <b>When shall it begin?</b>

    { $time }

    Now it is { $now } UTC. Write another time like this: <code>2026-12-01 18:00</code> (UTC)
bot-bc-button-at-once = At once
bot-bc-button-in-an-hour = In an hour
bot-bc-button-tomorrow = Tomorrow at this time

bot-bc-speeds =
    <b>How fast?</b>

    Free: { $rate } a second, about { $time } for { $count ->
        [one] { $count } person
       *[other] { $count } people
    }.

    For Stars: up to { $fast } a second. Every message beyond 30 a second costs 0.1 Star: here at most <b>{ $stars ->
        [one] { $stars } Star
       *[other] { $stars } Stars
    }</b>. Telegram takes them from the bot's balance, which must hold 10,000 Stars at least, and paid broadcasts must be switched on in @BotFather.
bot-bc-button-free = Free
bot-bc-button-stars = For Stars, at most { $stars }

# What is wrong with it

bot-bc-flaw-again = Send it again, or leave it.
bot-bc-flaw-empty = There is nothing to send yet. Write a text first.
bot-bc-flaw-no-text = The text is empty.
bot-bc-flaw-too-long = The text in { $language } has { $length } characters; Telegram takes { $most }.
bot-bc-flaw-caption = With a photo or document the text can have { $most } characters; in { $language } it has { $length }.
bot-bc-flaw-html = Telegram would not take this formatting: { $why }
bot-bc-flaw-buttons = There can be 3 buttons, not more.
bot-bc-flaw-button-shape = Line { $line }: a button is a text, a dash with spaces around it, and an address.
bot-bc-flaw-button-text = Line { $line }: the text must have 1 to 64 characters.
bot-bc-flaw-button-long = Line { $line }: the address is too long.
bot-bc-flaw-button-address = Line { $line }: the address must be like https://example.org
bot-bc-flaw-button-host = Line { $line }: Telegram opens no address whose host has no dot in it.
bot-bc-flaw-button-scheme = Line { $line }: the address must begin with https://, http:// or tg://
bot-bc-flaw-file = This file cannot be sent on.
bot-bc-flaw-plan = There is no plan { $plan }.
bot-bc-flaw-days = The number of days must be from 1 to 3,650.
bot-bc-flaw-tokens = The number of tokens must be 1 at least.
bot-bc-flaw-people = Name 1 to 10,000 people by their Telegram ids.
bot-bc-flaw-person = { $id } is no Telegram id.
bot-bc-flaw-over = That time is over. Choose another one.
bot-bc-flaw-too-far = That is more than a year ahead.
bot-bc-flaw-segment = I do not understand that. Write it like one of these: <code>everyone</code>, <code>plans:vip,elite</code>, <code>plan_ends:14</code>, <code>balance_under:500</code>, <code>language:ru</code>, <code>active_within:45</code>, <code>people:1001,1002</code>
bot-bc-flaw-time = I do not understand that time. Write it like this: <code>2026-12-01 18:00</code> (UTC)
bot-bc-flaw-album = An album cannot be broadcast: send one photo or document.
bot-bc-flaw-kind = This kind of message cannot be broadcast: send text, one photo or one document.

# Sending

bot-bc-confirm =
    ⬆️ <b>Just so</b> it goes to <b>{ $count ->
        [one] { $count } person
       *[other] { $count } people
    }</b>: { $segment }.
bot-bc-confirm-languages = In { $languages }, to each in theirs.
bot-bc-confirm-when = It begins { $time }, and takes about { $length }.
bot-bc-confirm-paid = It costs at most <b>{ $stars ->
        [one] { $stars } Star
       *[other] { $stars } Stars
    }</b>.
bot-bc-confirm-type = To send it, type the number: <code>{ $number }</code>
bot-bc-wrong-number = That is not the number. Nothing was sent. Type <code>{ $number }</code> to send it, or go back to the draft.
bot-bc-late = That number arrived long after you sent it. Nothing was sent. Type <code>{ $number }</code> again if it is still right.
bot-bc-other-number = The number has changed since. Nothing was sent.
bot-bc-nobody = Nobody would get it now.
bot-bc-refused =
    ⚠️ Telegram does not take the message in { $language }, and would take it for nobody:
    { $why }
bot-bc-not-shown = Telegram did not answer. Try the preview again in a moment.

# How it goes

bot-bc-card = 📣 <b>Broadcast #{ $id }</b>: { $state }
bot-bc-card-to = To: { $segment } — { $count ->
        [one] { $count } person
       *[other] { $count } people
    }
bot-bc-card-begins = Begins: { $time }
bot-bc-card-sent = Sent: <b>{ $count }</b>
bot-bc-card-unreachable = Unreachable: { $count }
bot-bc-card-failed = Failed: { $count }
bot-bc-card-uncertain = Uncertain: { $count }
bot-bc-card-unwanted = Not wanted by then: { $count }
bot-bc-card-left = Left: { $count }
bot-bc-card-retracted = Deleted again: <b>{ $count }</b>
bot-bc-card-kept = Could not be deleted: { $count }
bot-bc-card-rate = { $rate } a second, about { $length } to go
bot-bc-card-waiting = about { $length } to go
bot-bc-card-held = ⏳ Nothing is sent until { $time } UTC: { $why }
bot-bc-card-trouble = ⚠️ { $why }
bot-bc-card-began = Began { $time }
bot-bc-card-ended = Ended { $time }
bot-bc-seconds = { $count } s
bot-bc-minutes = { $count } min
bot-bc-hours = { $count } h
bot-bc-button-pause = ⏸ Pause
bot-bc-button-resume = ▶️ Resume
bot-bc-button-cancel = ⏹ Cancel
bot-bc-button-recall = ✏️ Back to the draft
bot-bc-button-retract = ↩️ Retract
bot-bc-button-failures = 📄 Who did not get it
bot-bc-ask-cancel =
    Stop broadcast #{ $id } for good?
    { $left ->
        [0] Nobody is left to be told.
        [one] { $left } person will not get it.
       *[other] { $left } people will not get it.
    }
bot-bc-ask-cancel-scheduled = Cancel broadcast #{ $id }? Nobody will get it.
bot-bc-ask-throw-away = Throw the draft of broadcast #{ $id } away?
bot-bc-ask-retract =
    Delete broadcast #{ $id } from { $count ->
        [one] { $count } chat
       *[other] { $count } chats
    } again, and stop it for good?
    Telegram lets a bot delete what it sent within the last 48 hours.
bot-bc-button-cancel-yes = Yes, stop it
bot-bc-button-throw-away-yes = Yes, throw it away
bot-bc-button-retract-yes = Yes, delete it
bot-bc-button-no = No, back
bot-bc-no-failures = Everyone who was told got it.
bot-bc-failures = Broadcast #{ $id }: { $count ->
        [one] { $count } person
       *[other] { $count } people
    } who did not get it for certain

# Past ones

bot-bc-list = <b>Broadcasts</b>
bot-bc-list-none =
    <b>Broadcasts</b>

    There are none yet.
bot-bc-button-older = Older ›
