# Broadcasts, for admins. Telegram's HTML; values are escaped before they get here.

bot-command-broadcast = New broadcast
bot-command-broadcasts = Drafts and progress

# Writing one

bot-broadcast-ask-text =
    📣 <b>Broadcast #{ $id }</b>

    Write the message in { $language }, or forward it: formatted text, or one photo or document with a caption. It goes out exactly as you send it here.
bot-broadcast-in-en = English
bot-broadcast-in-ru = Russian
bot-broadcast-button-instead = Write in { $language } instead
bot-broadcast-button-draft = ‹ Draft
bot-broadcast-button-broadcasts = ‹ Broadcasts
bot-broadcast-button-new = ➕ New broadcast

bot-broadcast-draft = 📣 <b>Broadcast #{ $id }</b> · draft
bot-broadcast-draft-gone = Draft #{ $id } deleted.
bot-broadcast-line-nothing = Nothing here yet.
bot-broadcast-line-texts = Text: { $languages }
bot-broadcast-line-one-language = Text: { $languages } (goes to everyone)
bot-broadcast-line-photo = With a photo
bot-broadcast-line-document = With a document
bot-broadcast-line-buttons = Buttons: { $buttons }
bot-broadcast-line-category = Topic: { $about }
bot-broadcast-line-segment = To: { $segment } — <b>{ $count ->
        [one] { $count } person
       *[other] { $count } people
    }</b>
bot-broadcast-line-when = When: { $time }
bot-broadcast-line-paid = Faster, paid with Stars
bot-broadcast-at-once = right away

bot-broadcast-button-texts = ✏️ Text
bot-broadcast-button-buttons = 🔗 Buttons
bot-broadcast-button-segment = 👥 Recipients
bot-broadcast-button-category = 🏷 Topic
bot-broadcast-button-when = 🕒 When
bot-broadcast-button-speed = ⚡ Speed
bot-broadcast-button-review = 👁 Preview and send
bot-broadcast-button-test = 🧪 Test
bot-broadcast-button-copy = 📑 Copy
bot-broadcast-test-sent = The test is on its way to { $count ->
        [one] { $count } admin
       *[other] { $count } admins
    }.
bot-broadcast-button-throw-away = 🗑 Delete draft

bot-broadcast-texts =
    <b>Text</b>

    Everyone gets the text in their own language; anyone else gets English, or whichever text there is. The photo or document is the same for all.
bot-broadcast-button-write = ✏️ { $language }
bot-broadcast-button-rewrite = ✅ { $language }
bot-broadcast-button-drop = 🗑 { $language }
bot-broadcast-button-drop-photo = 🗑 Remove photo
bot-broadcast-button-drop-document = 🗑 Remove document

bot-broadcast-ask-buttons =
    <b>Buttons under the message</b>

    Send up to 3, one per line:
    <code>Read more - https://example.org/news</code>
bot-broadcast-ask-buttons-in =
    <b>Buttons under the { $language } message</b>

    Send up to 3, one per line. Without any, the buttons for all languages are used.
    <code>Read more - https://example.org/news</code>
bot-broadcast-buttons-now = Now:
bot-broadcast-button-drop-buttons = 🗑 Remove buttons
bot-broadcast-button-buttons-in = Only in { $language }

bot-broadcast-categories =
    <b>What is it about?</b>

    People can turn off each of these in /notify, except service updates. Anyone who did gets nothing.
bot-broadcast-category-service = service updates
bot-broadcast-category-plan-news = plans and prices
bot-broadcast-category-product-news = what’s new

bot-broadcast-segments =
    <b>Who gets it?</b>

    { $segment } — <b>{ $count ->
        [one] { $count } person
       *[other] { $count } people
    }</b> right now

    Only people who started the bot, can be messaged and want this topic.

    Or type a segment: <code>plan_ends:14</code>, <code>balance_under:500</code>, <code>active_within:45</code>, <code>people:1001,@ivan</code>, or several: <code>language:ru and not plans:vip</code>
bot-broadcast-segment-everyone = everyone
bot-broadcast-segment-plans = people on { $plans }
bot-broadcast-segment-plan-ends = people whose plan ends within { $days ->
        [one] { $days } day
       *[other] { $days } days
    }
bot-broadcast-segment-balance-under = people with fewer than { $tokens ->
        [one] { $tokens } token
       *[other] { $tokens } tokens
    }
bot-broadcast-segment-language = people who read { $language }
bot-broadcast-segment-active-within = people active in the last { $days ->
        [one] { $days } day
       *[other] { $days } days
    }
bot-broadcast-segment-people = selected people ({ $count })
bot-broadcast-segment-and = { $before } and { $segment }
bot-broadcast-segment-except = { $before }, except { $segment }
bot-broadcast-segment-not = everyone except { $segment }
bot-broadcast-button-everyone = Everyone
bot-broadcast-button-plan-ends = Ends ≤ { $days } d
bot-broadcast-button-balance-under = Under { $tokens }
bot-broadcast-button-language = { $language }
bot-broadcast-button-active-within = Active ≤ { $days } d
bot-broadcast-button-and = ➕ and …
bot-broadcast-button-except = ➖ except …
bot-broadcast-button-drop-condition = ↩️ Without the last condition
bot-broadcast-button-segments = ‹ Recipients
bot-broadcast-combine-and =
    <b>Only those who also …</b>

    Now: { $segment } — <b>{ $count ->
        [one] { $count } person
       *[other] { $count } people
    }</b>

    Choose what they must have in common, or type it.
bot-broadcast-combine-except =
    <b>Except …</b>

    Now: { $segment } — <b>{ $count ->
        [one] { $count } person
       *[other] { $count } people
    }</b>

    Choose who won’t get it, or type it.

bot-broadcast-times =
    <b>When should it start?</b>

    { $time }

    It’s { $now } now. For another time, send it like this: <code>2026-12-01 18:00</code> (UTC)
bot-broadcast-button-at-once = Right away
bot-broadcast-button-in-an-hour = In an hour
bot-broadcast-button-tomorrow = Tomorrow, same time

bot-broadcast-speeds =
    <b>How fast?</b>

    Free: { $rate } messages a second, about { $time } for { $count ->
        [one] { $count } person
       *[other] { $count } people
    }.

    With Stars: up to { $fast } a second. Each message above 30 a second costs 0.1 Star, at most <b>{ $stars ->
        [one] { $stars } Star
       *[other] { $stars } Stars
    }</b> here. Telegram takes them from the bot’s balance, which must hold at least 10,000 Stars. Paid broadcasts must be turned on in @BotFather.
bot-broadcast-button-free = Free
bot-broadcast-button-stars = With Stars, at most { $stars }

# What is wrong with it

bot-broadcast-invalid-again = Send it again, or go back to the draft.
bot-broadcast-invalid-empty = There’s nothing to send yet. Write a text first.
bot-broadcast-invalid-no-text = The text is empty.
bot-broadcast-invalid-too-long = The { $language } text has { $length } characters; Telegram’s limit is { $most }.
bot-broadcast-invalid-caption = With a photo or document, a text can have up to { $most } characters; the { $language } text has { $length }.
bot-broadcast-invalid-html = Telegram doesn’t accept this formatting: { $why }
bot-broadcast-invalid-buttons = You can have up to 3 buttons.
bot-broadcast-invalid-button-shape = Line { $line }: write the text, a dash with spaces around it, and the link.
bot-broadcast-invalid-button-text = Line { $line }: the text must be 1 to 64 characters.
bot-broadcast-invalid-button-long = Line { $line }: the link is too long.
bot-broadcast-invalid-button-address = Line { $line }: the link must look like https://example.org
bot-broadcast-invalid-button-host = Line { $line }: Telegram doesn’t open links whose host has no dot.
bot-broadcast-invalid-button-scheme = Line { $line }: the link must start with https://, http:// or tg://
bot-broadcast-invalid-file = This file can’t be broadcast.
bot-broadcast-invalid-plan = There’s no plan called { $plan }.
bot-broadcast-invalid-days = Days must be from 1 to 3,650.
bot-broadcast-invalid-tokens = Tokens must be at least 1.
bot-broadcast-invalid-people = List 1 to 10,000 Telegram IDs.
bot-broadcast-invalid-person = { $id } isn’t a Telegram ID.
bot-broadcast-invalid-over = That time has passed. Choose another one.
bot-broadcast-invalid-too-far = That’s more than a year away.
bot-broadcast-invalid-segment = I didn’t understand that. Use one of these: <code>everyone</code>, <code>plans:vip,elite</code>, <code>plan_ends:14</code>, <code>balance_under:500</code>, <code>language:ru</code>, <code>active_within:45</code>, <code>people:1001,@ivan</code>
bot-broadcast-segment-forms = Use <code>everyone</code>, <code>plans:vip,elite</code>, <code>plan_ends:14</code>, <code>balance_under:500</code>, <code>language:ru</code>, <code>active_within:45</code> or <code>people:1001,@ivan</code>. Join them with <code>and</code>, <code>not</code>, <code>except</code> and parentheses.
bot-broadcast-segment-begins = Begin with a condition.
bot-broadcast-segment-unfinished = A condition is missing after <code>{ $word }</code>.
bot-broadcast-segment-unknown = I don’t know the condition <code>{ $word }</code>.
bot-broadcast-segment-unjoined = Put <code>and</code> or <code>except</code> before <code>{ $word }</code>.
bot-broadcast-segment-unclosed = A parenthesis is not closed.
bot-broadcast-segment-unopened = A parenthesis is closed that wasn’t opened.
bot-broadcast-segment-too-deep = Conditions can be nested at most { $most } deep.
bot-broadcast-segment-too-many = A segment can have at most { $most } conditions.
bot-broadcast-segment-no-value = A value is missing after <code>{ $word }:</code>
bot-broadcast-segment-no-number = <code>{ $condition }:</code> needs a whole number, and <code>{ $word }</code> isn’t one.
bot-broadcast-segment-no-language = <code>language:</code> is <code>en</code> or <code>ru</code>, not <code>{ $word }</code>.
bot-broadcast-segment-nobody = Nobody here is <code>{ $word }</code>. Use a Telegram ID, <code>@name</code>, <code>#42</code> or an email address.
bot-broadcast-segment-no-telegram = <code>{ $word }</code> has no Telegram account, so I can’t message them.
bot-broadcast-invalid-time = I didn’t understand that time. Send it like this: <code>2026-12-01 18:00</code> (UTC)
bot-broadcast-invalid-album = Albums can’t be broadcast: send one photo or document.
bot-broadcast-invalid-kind = This kind of message can’t be broadcast: send text, one photo or one document.

# Sending

bot-broadcast-confirm =
    ⬆️ This is exactly what <b>{ $count ->
        [one] { $count } person
       *[other] { $count } people
    }</b> will get. To: { $segment }.
bot-broadcast-confirm-languages = Languages: { $languages }. Everyone gets their own.
bot-broadcast-one-language-warning = ⚠️ This text is in { $language }, but { $count ->
        [one] <b>{ $count } recipient</b> reads
       *[other] <b>{ $count } recipients</b> read
    } another language.
bot-broadcast-confirm-when = Starts { $time }, takes about { $length }.
bot-broadcast-confirm-paid = Costs at most <b>{ $stars ->
        [one] { $stars } Star
       *[other] { $stars } Stars
    }</b>.
bot-broadcast-confirm-type = To send it, type this number: <code>{ $number }</code>
bot-broadcast-wrong-number = That number doesn’t match, so nothing was sent. Type <code>{ $number }</code> to send it, or go back to the draft.
bot-broadcast-late = Your number arrived long after you sent it, so nothing was sent. Type <code>{ $number }</code> again if you still want to send it.
bot-broadcast-other-number = The number of recipients has changed. Nothing was sent.
bot-broadcast-nobody = Nobody would get it right now.
bot-broadcast-refused =
    ⚠️ Telegram doesn’t accept the { $language } message for anyone:
    { $why }
bot-broadcast-not-shown = Telegram didn’t answer. Try the preview again in a moment.

# How it goes

bot-broadcast-card = 📣 <b>Broadcast #{ $id }</b>: { $state }
bot-broadcast-card-segment = To: { $segment } — { $count ->
        [one] { $count } person
       *[other] { $count } people
    }
bot-broadcast-card-begins = Starts: { $time }
bot-broadcast-card-preparing = Preparing: { $done } of { $count }
bot-broadcast-card-sent = Sent: <b>{ $count }</b>
bot-broadcast-card-unreachable = Unreachable: { $count }
bot-broadcast-card-failed = Failed: { $count }
bot-broadcast-card-uncertain = Unconfirmed: { $count }
bot-broadcast-card-opted-out = Opted out meanwhile: { $count }
bot-broadcast-card-remaining = Remaining: { $count }
bot-broadcast-card-retracted = Deleted: <b>{ $count }</b>
bot-broadcast-card-not-deleted = Couldn’t be deleted: { $count }
bot-broadcast-card-rate = { $rate } a second, about { $length } left
bot-broadcast-card-waiting = about { $length } left
bot-broadcast-card-flood-wait = ⏳ On hold until { $time }: { $why }
bot-broadcast-card-error = ⚠️ { $why }
bot-broadcast-card-began = Started { $time }
bot-broadcast-card-ended = Finished { $time }
bot-broadcast-seconds = { $count } s
bot-broadcast-minutes = { $count } min
bot-broadcast-hours = { $count } h
bot-broadcast-button-pause = ⏸ Pause
bot-broadcast-button-resume = ▶️ Resume
bot-broadcast-button-cancel = ⏹ Cancel
bot-broadcast-button-recall = ✏️ Back to the draft
bot-broadcast-button-retract = ↩️ Retract
bot-broadcast-button-failures = 📄 Who didn’t get it
bot-broadcast-ask-cancel =
    Stop broadcast #{ $id } for good?
    { $left ->
        [0] Nobody is left to message.
        [one] { $left } person won’t get it.
       *[other] { $left } people won’t get it.
    }
bot-broadcast-ask-cancel-scheduled = Cancel broadcast #{ $id }? Nobody will get it.
bot-broadcast-ask-throw-away = Delete draft #{ $id }?
bot-broadcast-ask-retract =
    Delete broadcast #{ $id } from { $count ->
        [one] { $count } chat
       *[other] { $count } chats
    } and stop it for good?
    Telegram only lets bots delete messages sent in the last 48 hours.
bot-broadcast-button-cancel-yes = Yes, stop it
bot-broadcast-button-throw-away-yes = Yes, delete it
bot-broadcast-button-retract-yes = Yes, delete it
bot-broadcast-button-no = No, go back
bot-broadcast-recipients-purged = The list of recipients is deleted 90 days after a broadcast ends. Its counts remain.
bot-broadcast-no-failures = Everyone we messaged got it.
bot-broadcast-failures = Broadcast #{ $id }: { $count ->
        [one] { $count } person
       *[other] { $count } people
    } who may not have got it

# Past ones

bot-broadcast-list = <b>Broadcasts</b>
bot-broadcast-list-none =
    <b>Broadcasts</b>

    There are none yet.
bot-broadcast-list-empty = empty
bot-broadcast-list-date = { $day } { $month ->
        [1] Jan
        [2] Feb
        [3] Mar
        [4] Apr
        [5] May
        [6] Jun
        [7] Jul
        [8] Aug
        [9] Sep
        [10] Oct
        [11] Nov
       *[12] Dec
    }
bot-broadcast-button-older = Older ›
bot-button-open-broadcast = Open the broadcast
bot-notice-broadcast-started = 🔔 <b>Broadcast #{ NUMBER($id, useGrouping: "false") } started</b> for { $recipients } people, by { $who }.
bot-notice-broadcast-operator = the operator
bot-notice-broadcast-held =
    🔔 <b>Broadcast #{ NUMBER($id, useGrouping: "false") } is on hold</b>

    It was due now, but the person who wrote or scheduled it may no longer send broadcasts. Check it, then resume or cancel it.
bot-notice-broadcast-done = 📣 <b>Broadcast #{ NUMBER($id, useGrouping: "false") } is done</b>: { $sent } of { $count } sent
bot-notice-broadcast-failed = { $count } failed
bot-notice-broadcast-uncertain = { $count } unconfirmed
bot-notice-broadcast-opted-out = { $count } opted out meanwhile
bot-notice-broadcast-unreachable = { $count } unreachable
bot-notice-broadcast-blocked = { $count } blocked the bot
bot-notice-broadcast-deactivated = { $count } deactivated
bot-notice-broadcast-never-started = { $count } never started the bot
bot-notice-broadcast-stalled = ⏳ <b>Broadcast #{ NUMBER($id, useGrouping: "false") } has stalled</b>: { $sent } of { $count } sent, and it isn’t moving.
