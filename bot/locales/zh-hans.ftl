### 简体中文

## Language

language-name = 简体中文

## Faults: what is wrong, then what to do

error-unknown =
    我这边出了点问题，已经记录下来供管理员查看。
    请过一会儿再试。

error-too-long = 花的时间太长，我已停止。请过几分钟再试。
error-stopped = 我在完成之前被停下了。请过一分钟再发一次。
error-config = 机器人的配置有误，暂时无法完成这个操作。请告诉机器人的管理员。

error-store =
    数据库暂时无法访问，不过数据不会丢失。
    请过一会儿再试。

error-unreadable-row = 数据库中有一条记录已损坏，所以无法完成。运行这个机器人的人已收到通知。

error-fetch = 打不开这个地址。请检查一下，或稍后再试。

error-bad-address =
    <code>{ $url }</code> 不是我能打开的网址。
    请发送像 <code>example.org</code> 或 <code>https://example.org/feed.xml</code> 这样的网址。

error-forbidden-address =
    <b>{ $host }</b> 属于内部网络，而我只访问公开的网站。
    机器人的管理员可以在 <code>allow_networks</code> 中放行。

error-unreachable = { $reason ->
    [dns]
        没有叫 <b>{ $host }</b> 的网站。请检查网址有没有写错。
    [connect]
        连接不上 <b>{ $host }</b>：网站可能停机了，或者拒绝机器人访问。请稍后再试。
    [tls]
        与 <b>{ $host }</b> 的连接不安全：它的证书无效，需要网站的主人更新。
    [timeout]
        <b>{ $host }</b> 迟迟没有回应，可能正忙。请稍后再试。
   *[protocol]
        <b>{ $host }</b> 的回应我看不懂。请检查网址是否正确。
}

error-http = { $status ->
    [401]
        <b>{ $host }</b> 需要用户名和密码（401）。请在私聊中以 <code>https://用户名:密码@…</code> 的形式发送地址。
    [403]
        <b>{ $host }</b> 拒绝了我的访问（403）。有些网站不欢迎机器人，也许它还有别的订阅地址。
    [404]
        <b>{ $host }</b> 上没有这个页面（404）。请检查网址有没有写错，或者发送网站首页，我来帮你找订阅源。
    [410]
        <b>{ $host }</b> 表示这个页面已永久移除（410）。请发送网站首页，我来找找有没有新的订阅源。
    [429]
        <b>{ $host }</b> 说我访问得太频繁了（429）。请稍后再试。
   *[other]
        <b>{ $host }</b> 返回了错误（{ NUMBER($status, useGrouping: 0) }）。请稍后再试。
}

error-challenged =
    <b>{ $host }</b> 有一道只有浏览器才能通过的验证（403），我进不去。
    也许它还有别的订阅地址；网站的主人也可以放行订阅阅读器。

error-password-refused =
    <b>{ $host }</b> 不接受这个用户名和密码（401）。
    请检查有没有写错，再在私聊中重新发送地址。

error-login-scheme =
    <b>{ $host }</b> 要求以我不支持的方式（<code>{ $scheme }</code>）登录；我支持 HTTP Basic 和 HTTP Digest。
    请问问网站的主人能否支持其中一种，或者提供一个带密钥的地址；运行这个机器人的人也可以为该网站设置请求头。

error-redirects =
    <b>{ $host }</b> 一直在来回跳转。
    请把这个网站的另一个地址发给我，比如它的首页，我会在那里寻找订阅源。

error-too-large =
    <b>{ $host }</b> 返回的内容超过了 { SIZE($limit) } 的上限，我没有继续读取。
    网站也许提供更短的订阅源；机器人的管理员也可以调高 <code>max_size</code>。

error-site-busy =
    此刻有很多人要访问 <b>{ $host }</b>，而我一次只打开同一网站一次。
    请过一分钟再试。

error-parse =
    这个地址有内容，但无法当作订阅源来读取。
    请发送网站首页，我来帮你找订阅源。

error-not-a-feed =
    <b>{ $host }</b> 上的这个地址不是订阅源。
    请发送网站首页，我来帮你找。

error-parse-aborted =
    <b>{ $host }</b> 的订阅源太大或结构太复杂，我没有读完。
    网站也许提供更短的订阅源。

error-nothing-found =
    在 <b>{ $host }</b> 上没有找到订阅源，并不是每个网站都有。
    页面里没有写明可用的订阅源，常见的位置也没有：<code>{ $tried }</code>
    如果你知道订阅源的地址，请直接发给我；页面上标有 RSS 字样或 🛜 图标的地方往往就是。

error-no-public-channel = { $reason ->
    [private]
        这是私密聊天，只有成员能看到，所以我无法订阅。
        如果它归你管理，请把我加为那里的管理员，再在那里告诉我要发什么。
    [hidden]
        频道 <b>{ $name }</b> 不公开它的内容，所以我无法订阅。
        频道的主人可以改变这一点；它也可能有网站或订阅源。
    [group]
        <b>{ $name }</b> 是群组。我能订阅公开频道、网站和订阅源，但不能订阅聊天。
    [person]
        <b>{ $name }</b> 是个人或机器人，不是频道，没有可以订阅的内容。
   *[nobody]
        没有名为 <b>{ $name }</b> 的公开频道。请检查名字有没有打错。
}

error-needs-bridge =
    <b>{ $host }</b> 自己不提供订阅源，所以我不能直接订阅。
    运行这个机器人的人可以设置一个能生成订阅源的桥接服务（<code>[discovery]</code> 下的 <code>bridge</code>）；你也可以把你知道的桥接服务（例如 RSSHub）的订阅地址发给我。

# $limit: how many there may be
error-chat-full =
    这个聊天已订阅 { $limit } 个订阅源，达到了上限。
    用 /unsub 退订一些不再需要的，就可以订阅新的了。
error-rules-full =
    这个聊天已有 { $limit } 条规则，达到了上限。
    在 /filter 中删除一些不再需要的，就可以添加新的了。
error-person-full =
    你在所有聊天中一共订阅了 { $limit } 个订阅源，达到了每人的上限。
    用 /unsub 退订一些不再需要的，就可以订阅新的了。

error-template =
    第 { NUMBER($line, useGrouping: 0) } 行第 { NUMBER($column, useGrouping: 0) } 个字符：<code>{ $words }</code>
    { $reason ->
        [similar] 没有这个字段。你是想写 <code>{ "{" }{ $hint }{ "}" }</code> 吗？
        [unknown] 没有这个字段。可用的字段：{ $hint }。
        [unclosed] 这个花括号在本行没有闭合。若要显示花括号本身，请写 <code>{ "{{" }</code>。
        [stray] 这个花括号没有对应的开头。若要显示花括号本身，请写 <code>{ "}}" }</code>。
        [length] 长度应为 1 到 { $hint } 的整数，例如 <code>{ "{summary:200}" }</code>。
        [twice] 摘要只能出现一次，前面已经有了。
        [image] <code>{ "{image}" }</code> 代表图片，不能限制字数，也不能与别的字段并列。
       *[long] 模板最多 { $hint } 个字符，从这里开始超出。
    }

error-rule =
    { $reason ->
        [similar] 我不认识这个。你是想写 <code>{ $hint }</code> 吗？
        [number] 没有这个数值。可用的有：{ $hint }。
        [value] 后面还缺内容。
        [choice] 没有这一项。可用的有：{ $hint }。
        [amount] 后面应为数字，例如 <code>{ $hint }</code>。
        [language] 后面应为语言，例如 <code>lang:zh</code>。
        [quote] 这个引号没有闭合。
        [expression] 这个正则表达式没有闭合，应以 <code>/</code> 结尾。
        [regex] 正则表达式有误：{ $hint }
        [open] 这个括号没有闭合。
        [close] 这个括号没有对应的开头。
        [words] 这里没有可查找的词。
        [joined] 它的两边都应有内容。若要查找这个词本身，请加引号。
        [empty] 规则里至少要有一个词。
        [crowded] 一条规则最多 { $hint } 个条件。
        [deep] 括号最多嵌套 { $hint } 层。
       *[long] 规则最多 { $hint } 个字符，从这里开始超出。
    }

## Failures: why a poll of a feed failed

failure-unreadable-row = 这个订阅源的记录已损坏，运行这个机器人的人已收到通知。
failure-fetch = 打不开这个订阅源。
failure-bad-address = 这个地址或它跳转到的地址是我打不开的。
failure-forbidden-address = 这个地址指向内部网络。
failure-unreachable = { $reason ->
    [dns] 没有这个网站。
    [connect] 连接不上网站。
    [tls] 网站的证书无效。
    [timeout] 网站迟迟没有回应。
   *[protocol] 网站的回应无法理解。
}
failure-http = { $status ->
    [401] 网站要求用户名和密码（401）。
    [403] 网站拒绝访问（403）。
    [404] 这个地址已经没有内容（404）。
    [410] 网站表示这个订阅源已永久移除（410）。
    [429] 网站说访问得太频繁（429）。
   *[other] 网站返回了错误（{ NUMBER($status, useGrouping: 0) }）。
}
failure-challenged = 网站有一道只有浏览器才能通过的验证（403）。
failure-password-refused = 网站不再接受用户名和密码（401）。
failure-login-scheme = 网站要求以我不支持的方式登录（401）。
failure-redirects = 网站一直在来回跳转。
failure-too-large = 订阅源超过了 { SIZE($limit) }。
failure-parse = 返回的内容无法当作订阅源来读取。
failure-not-a-feed = 返回的内容不是订阅源。
failure-no-public-channel = { $reason ->
    [hidden] 这个频道不再公开它的内容。
   *[gone] 这个名字的公开频道已经不在了。
}
failure-parse-aborted = 订阅源太大或结构太复杂，无法读取。

error-not-a-feed-list =
    我从中读不出订阅列表。
    请发送阅读器“导出”功能给出的文件（OPML）；/import 有更多说明。
error-too-many-feeds =
    这个列表太长：一个文件最多 { $limit } 个订阅源。
    请分成几个文件发送。
error-file-too-large =
    这个文件太大：最大 { SIZE($limit) }。
    订阅列表通常小得多。请分成几个文件发送。
error-import = 这个其他机器人的文件无法使用。
error-file-unavailable = Telegram 没有把这个文件给我。请再发一次。

## Commands: one line each, in Telegram's menu and in /help; no markup

command-sub = 订阅网站或订阅源
command-list = 查看所有订阅；/list 加关键词可以搜索
command-preview = 预览订阅源最新内容的样子
command-style = 选择内容的样式
command-template = 自定义内容的排版
command-interval = 选择多久检查一次
command-settings = 所有设置：聊天、话题、订阅源
command-set = 一次设置几项
command-pause = 暂停一个或全部订阅
command-resume = 恢复已暂停的订阅
command-unsub = 取消订阅
command-less = 少看类似内容：回复该内容
command-more = 多看类似内容：回复该内容
command-import = 从其他阅读器导入订阅（OPML）
command-find = 搜索这里收到过的内容；引号找词组，feed: 或 tag: 缩小范围
command-catchup = 看看离开期间发生了什么；/catchup 3天、/catchup 周一
command-export = 把订阅导出为文件
command-lang = 选择语言
command-tz = 选择时区
command-digest = 在选定的时间合并推送
command-quiet = 什么时候不打扰你
command-privacy = 我保存了你的哪些数据；可以导出或清除
command-help = 我能做什么
command-stats = 运营者专用：总体情况
command-broadcast = 运营者专用：向所有聊天发送通知
command-user = 运营者专用：某人的订阅和限额；封禁、导出

## Buttons and toasts: short, no markup

button-help = 你能做什么？
button-open = 打开
button-newest = 最新 { $count } 条
button-preview = 显示最新一条
button-pause = ⏸ 暂停
button-resume = ▶ 恢复
button-pause-all = ⏸ 全部订阅
button-resume-all = ▶ 全部订阅
button-unsubscribe = 取消订阅
button-unsubscribe-all = 是的，全部取消
button-keep = 不，保留
button-template-save = 保存
button-template-keep = 保留原样
button-back = ‹ 全部订阅
button-polls = 检查记录
button-address = 🔑 完整地址
button-move-back = ↩ 回到旧地址
button-try = 立即检查
button-back-to-feed = ‹ 返回
button-undo = 撤销
button-import-stop = ✋ 停止
button-import-undo = ↩ 撤销导入
button-import-drop = 去掉读不了的 { $count } 个
button-send-again = ↻ 重新发送
button-ban = 🚫 封禁
button-unban = 解除封禁
button-export = ⬇ 导出
button-broadcast = 📣 发送到 { $count } 个聊天
button-broadcast-all = 所有语言
button-broadcast-drop = 不发送
button-broadcast-stop = ⏹ 停止
button-my-data = ⬇ 导出我的数据
button-erase = 🗑 全部清除
button-erase-all = 是的，全部清除
button-erase-not = 不，保留
button-expired = 这个按钮已经过期。请发送 /list 查看现在的情况。
preview-empty-toast = 这个订阅源还没有内容。
not-allowed = 这是私人机器人，由它的管理员决定谁可以使用。
banned = 本机器人的运营者不希望我再回应你。如有误会，请联系运营者。
a-lot-at-once =
    一下子太多了，有些我没有处理。
    没有得到回复的，请过一分钟再发一次。
rights-unknown =
    Telegram 没有告诉我你是不是这里的管理员，所以我什么都没有改。
    请过一分钟再试。
only-admins = 只有本群的管理员才能更改订阅。
only-operators = 只有本机器人的运营者可以这样做，而且要在与我的私聊里。
only-in-private = 这只关系到你本人：请在与我的私聊里发送。
only-admins-channel = 这些按钮仅供本频道的管理员使用。
only-admins-preview = 在这里只有管理员可以让我展示内容。你可以在和我的私聊里预览任何订阅源。

## 保存的个人数据

privacy =
    🔒 <b>我保存了什么</b>

    • <b>关于本聊天</b>：Telegram 显示的编号和名称、语言和设置，它的订阅，以及上次有人说话的时间。
    • <b>关于你</b>：你的编号，记在由你订阅的内容和由你把我加入的聊天旁边，这样订阅源出问题时我才知道该告诉谁。
    • <b>你想多看或少看什么</b>：每个聊天最近 500 条被点过 👍 或 👎 的内容，以及是谁点的。
    • <b>我发过什么</b>：哪条内容在何时发到了哪里，保留 { $days } 天。
    • <b>保留一周</b>：按钮和“撤销”所需的内容，例如你搜索过什么、取消过什么；还有你导入过的列表的名称。

    我不保存你的消息，也没有成员名单。我读取的网站只看得到一个订阅源有多少人订阅，看不到是谁。本机器人的运营者可以查看我的数据库和日志。
privacy-elsewhere = 在与我的私聊里发送 /privacy，就能导出或清除我保存的关于你的全部数据。
privacy-file = 这是我保存的关于你的全部数据，地址中的密码已略去。
privacy-ask =
    要清除我保存的关于你的全部数据吗？

    { $count ->
        [0] 本聊天没有订阅。
       *[other] 本聊天的 { $count } 个订阅都会取消。
    }这里的所有设置和发送记录都会清除，其他订阅和聊天旁边你的编号也会清除。群组和频道的订阅会保留，但再也看不出是你添加的。

    <b>此操作无法撤销。</b>如果只是想安静一下，请用 /pause 或 /unsub。
privacy-erased =
    好了：我保存的关于你的数据已经清除。
    我发过的消息会留在这里，直到你删除这个聊天。如果你再给我发消息，我们就重新开始。

## 运营者

stats =
    📊 <b>Tidings { $version }</b>，已运行 { $uptime }

    聊天：{ $chats }（无法发送：{ $away }）
    订阅：{ $subscriptions }
    正在检查的订阅源：{ $feeds }（出错：{ $failing }）
    等待发送：{ $waiting }
    最近 24 小时已发送：{ $sent }
    被封禁的人：{ $banned }
    数据库：{ SIZE($size) }
broadcast-usage =
    <code>/broadcast 文字</code> 会发给所有私聊和群组；也可以用 /broadcast 回复你的一条消息。发送前你会先看到效果。
    频道不会收到：读者是来看新闻的。
broadcast-preview = 📣 { $count ->
        [0] 没有聊天会收到
       *[other] { $count } 个聊天会收到
    }{ $language ->
        [all] （所有语言）
       *[some] （仅{ $language }）
    }，效果如下：
broadcast-sending =
    📣 正在发送：{ $queued } / { $total } 个聊天。
    已发送：{ $sent }；被拒绝：{ $refused }；暂时无法发送：{ $held }
broadcast-sent =
    ✅ 已发送到 { $sent } / { $total } 个聊天。
    被拒绝：{ $refused }；暂时无法发送：{ $held }
broadcast-stopped =
    ⏹ 已停止。已发送到 { $sent } / { $total } 个聊天，不会再发给其他人。
broadcast-dropped = 没有发送。
broadcast-gone = 这条通知已经不在了。请用 /broadcast 重新发送文字。
user-usage =
    <code>/user 1001</code>：查看某人的订阅和限额。
    <code>/user 1001 ban</code>（封禁）、<code>unban</code>（解除）、<code>export</code>（导出）
    <code>/user 1001 feeds 50</code>：最多可以订阅多少
    <code>/user 1001 commands 20</code>：每分钟多少条命令；<code>looks 5</code>：其中要访问网站的
    <code>/user 1001 feeds default</code>：与所有人相同

    谁发了多少命令，连同编号都记在我的日志里。
user-nameless = 没有名字
user-unknown = 从未在私聊里给我发过消息。
user-chat = 私聊：{ $count } 个订阅；首次出现：{ $since }；语言：{ $language }
user-away = 无法发送：{ $reason }
user-elsewhere = 其他聊天：订阅了 { $count } 个；把我加入了 { $chats } 个聊天
user-limits = 限额：{ $feeds } 个订阅；每分钟 { $commands } 条命令，其中 { $looks } 条要访问网站
user-banned = 🚫 封禁于 { $since }
user-banned-toast = 已封禁：对方发来的会被忽略，等待发送的会被扣留。
user-unbanned-toast = 已解除封禁。
user-not-banned = 不能封禁运营者。

## Greetings

welcome =
    👋 <b>把网站的链接发给我</b>，有新内容时我会发到这里：配图、摘要和链接。

    在群组或频道里，请先把我设为管理员，再在那里发送 <code>/sub</code> 和链接。
welcome-back = { $skipped ->
    [0] 👋 又见面了。我无法在这里发言期间有 { $released } 条新内容，现在补发。
   *[other] 👋 又见面了。我无法在这里发言期间来了很多内容：现在补发最新的 { $released } 条，较早的 { $skipped } 条不再发送。
}
added-group =
    👋 我已加入 <b>{ $chat }</b>。
    { $may_write ->
        [no] 我在那里还不能发言，请允许我发送消息。
       *[yes] 管理员可以在那里告诉我要订阅什么：<code>/sub https://example.org</code>。如果是话题群，请在要接收更新的话题里发送。
    }
added-channel =
    👋 我已加入 <b>{ $chat }</b>。
    { $may_write ->
        [no] 我在那里还不能发帖，请把我设为可以发帖的管理员。
       *[yes] 要订阅网站，请在频道里发送 <code>/sub https://example.org</code>。我的回复会自动消失；如果我有删除消息的权限，你的指令也会消失。
    }
help-head = <b>我能做什么</b>
help-foot =
    私聊时直接发链接就行。回复我发的某条内容并发送 /unsub、/pause、/interval 或 /preview，我就知道指的是哪个订阅。
    在群组里由管理员操作；在话题群里，你在哪个话题发 /sub，我就发到哪个话题。
unknown-command = 我不认识 <code>{ $command }</code>。用 /help 看看我能做什么。
unknown-command-near = 我不认识 <code>{ $command }</code>。你是想用 /{ $meant } 吗？/help 列出了全部指令。
command-first = 你是想用 /{ $meant } 吗？指令要写在最前面，并带上斜杠：<code>/{ $meant }</code>。全部指令见 /help。
send-a-link = 请发给我一个网站的链接，例如 <code>example.org</code>，我会订阅它。用 /help 看看我还能做什么。
forwarded = { $kind ->
    [channel]
        这条来自私密频道，只有成员能看到，所以我无法订阅。
        如果它归你管理，请把我加为那里的管理员，再在那里告诉我要发什么。
   *[person]
        这条不是来自公开频道，没有可以订阅的内容。
        请转发公开频道的内容给我，或者发给我一个链接。
}
no-words = { $kind ->
    [document] 我只能读订阅列表（OPML，<code>.opml</code> 或 <code>.xml</code>）。请用文字把链接发给我，一条消息里可以有多个。
    [photo] 我看不懂图片。请用文字把链接发给我。
    [voice] 我听不了语音。请打字，或者发链接给我。
    [location] 我用不上位置。请发给我要订阅的网站的链接。
    [contact] 我用不上联系人。请发给我要订阅的网站的链接。
   *[something] 我只看得懂文字。请发给我要订阅的网站的链接。
}用 /help 看看我能做什么。
sub-no-address =
    <code>{ $words }</code> 不是网址，我也不知道叫这个名字的订阅源。
    请发送网站的地址，例如 <code>example.org</code>；按名字我只认得一部分。要找已经订阅的，请发送 /list 加上名称里的一个词。

## Subscribing

sub-usage =
    请告诉我要订阅什么，例如：
    <code>/sub https://example.org</code>

    发网站地址就行，我会去找它的订阅源。也可以一次发多个地址。
sub-elsewhere =
    我不明白 <code>{ $word }</code> 在这里指什么，所以什么都没有改。
    你在哪里发指令，我就发到哪里：频道或群组请由管理员在那里发送 <code>/sub</code> 和地址；要发到这里，请只发地址。
sub-looking = 🔎 正在打开 <code>{ $url }</code> …
sub-progress = 🔎 已检查 { $number } 个，共 { $count } 个 …
list-found = <b>{ $count } 个订阅</b>包含 <code>{ $query }</code> · 点数字查看
find-head =
    🔎 <b>{ $query }</b>{ $narrowed ->
        [no] { "" }
       *[yes] { " " }· { $feeds }
    }{ $page ->
        [1] { "" }
       *[other] { " " }· 第 { $page } 页
    }
find-nothing =
    🔎 { $narrowed ->
        [no] 这里收到过的内容
       *[yes] { $feeds } 在这里发过的内容
    }中没有找到 <b>{ $query }</b>。
find-try = 换成这些词可以找到：
find-no-suggestion = 试试少写几个词，或只写词的一部分：<code>elect</code> 也能找到“elections”。
find-ask = 要找什么？请发来几个词，同时包含它们的最新内容排在最前。
find-how = 请把要找的词写在后面：<code>/find 地震 预警</code>。引号找连在一起的词，<code>feed:名称</code> 只搜索一个订阅。
find-untitled = 无标题
find-post = 消息
find-kept-back = { $is_named ->
    [no] 被一条规则拦下
   *[yes] 被“{ $rule }”拦下
  }
find-state = { $state ->
    [gathered] 随下一份摘要发送
    [digested] 在一份摘要里
   *[merged] 与同一事件合并
  }
catchup-head = { $since } 以来：{ $count } 条内容
catchup-offer = 欢迎回来！你上次发言是{ $when }。这期间的内容可以放进一条消息里：
catchup-nothing = { $since } 以来没有新内容。
catchup-stories = 报道最多
catchup-newest = 各订阅的最新一条
catchup-rest = 其余
catchup-also = 另见
catchup-more = 还有 { $count } 条
catchup-and-more = { $feed }（+{ $count }）
catchup-how = 我看不懂 <b>{ $words }</b> 是什么时候。可以发送 <code>/catchup 3天</code>、<code>/catchup 周一</code> 或 <code>/catchup 昨天</code>；不写则从这里上次有人说话时算起。
catchup-seen = { $count ->
    [0] 没有等待发送的内容了。
   *[other] 还在等待的 { $count } 条内容已算作看过，不再发送。
}
catchup-undone = 那 { $count } 条内容还是会发来。
button-catch-up = 📰 补看
button-mark-seen = ✓ 其余的算作看过（{ $count }）
button-undo-seen = ↩︎ 还是发来
inline-how = 输入几个词，搜索你收到过的内容
inline-nothing = 你收到过的内容中没有找到
list-search-hint = <i>发送 /list 加关键词可以搜索。</i>
sub-progress-more = … 前面还有 { $count } 个结果
subscribed =
    ✅ 已订阅 <b>{ $feed }</b>。
    有新内容时，大约 { $minutes } 分钟内会发到这里。这是它最新的一条：
subscribed-empty =
    ✅ 已订阅 <b>{ $feed }</b>。
    它还没有内容；第一条出现后，大约 { $minutes } 分钟内会发到这里。
subscribed-unshown =
    ✅ 已订阅 <b>{ $feed }</b>。
    有新内容时，大约 { $minutes } 分钟内会发到这里。
subscribed-again =
    ✅ 已恢复订阅（{ $count }），就当什么都没发生过：
    { $feeds }
already-subscribed = ☑️ 这里已经订阅了 <b>{ $feed }</b>。
login-ask = 这里已经用另一组用户名和密码订阅了 <b>{ $feed }</b>。新的可以用。以后用新的吗？
button-login = 是的，用新的
button-login-keep = 不，保留旧的
login-changed = 🔑 以后用新的用户名和密码读取 <b>{ $feed }</b>。内容不会丢，也不会重复。
login-kept = 好的，什么都没有改。
line-login = ❔ { $feed }：已用另一组用户名和密码订阅；单独发来即可更换
newest-follow = ✅ 已订阅 <b>{ $feed }</b>。接下来按时间先后发出 { $count } 条。
newest-there = 这些内容已经在这里了。
choose-feed = <b>{ $host }</b> 有 { $count } 个订阅源，你要哪一个？
found-by-name = 🔎 <b>{ $query }</b>：你指的是哪一个？
choose-count = { $count ->
    [0] 还没有内容
   *[other] { $count } 条
}
feed-kind = { $kind ->
    [videos] 视频
    [shorts] 短视频
    [live] 直播
    [releases] 发行版
    [tags] 标签
    [commits] 提交
    [discussions] 讨论
    [posts] 帖子
    [comments] 评论
   *[all] 全部
}
line-subscribed = ✅ { $feed }
line-already = ☑️ { $feed }：已经订阅
line-no-room = ⏹ <code>{ $url }</code>：没有位置了
line-choose = ❔ <code>{ $url }</code>：有多个订阅源，请单独发送以便选择

## Importing and exporting

import-usage =
    📥 <b>把阅读器导出的文件发给我</b>（OPML，<code>.opml</code> 或 <code>.xml</code>），我会订阅其中的全部内容。文件夹会变成话题标签；从这里导出的设置也会恢复。

    也可以用 /import 回复这样的文件，或发送 <code>/import https://example.org/feeds.opml</code>。
    旧内容不会推送，只推送今后的更新。反过来，/export 会给您一个文件。
import-busy = 这里已有几个导入正在进行。请等其中一个完成，或停止它。
import-adding = 📥 <b>{ $name }</b>：{ $number } / { $count } …
import-checking =
    📥 <b>{ $name }</b>：新订阅 { $count } 个，已检查 { $number } 个。其中已有的内容不会推送。
import-stopping = 正在停止…
import-done = { $count ->
    [0] 📥 <b>{ $name }</b> 已完成：没有新的订阅源。
   *[other] ✅ <b>{ $name }</b> 已完成：新订阅 { $count } 个。
}
import-known = ☑️ { $count } 个此前已在这里订阅，保持不变。
import-repeats = ☑️ { $count } 个在文件中重复出现。
import-unpolled = 🕓 { $count } 个还没来得及检查，我会继续。
import-misread = ℹ️ 文件中有 { $count } 项设置在这里不适用，已忽略。
import-over = ⏹ 还有 { $count } 个放不下：这里的订阅已达上限。用 /unsub 退订一些就有空位。
import-stopped = ✋ 因为停止了，{ $count } 个没有尝试。
import-failing = ⚠️ { $count } 个已订阅，但目前读不了；我会继续尝试：
import-unusable = ❌ { $count } 行不是订阅源：
import-more = … 另有 { $count } 行，都在下面的文件里
import-again = 📄 下面的文件包含缺少的部分，可以改日再试。
import-line = { $reason ->
    [import-scraped] 是阅读器自己抓取的网页；把链接发给我，我来找订阅源
   *[bad-address] 不是我能打开的网址
}
import-undone = 已取消这 { $count } 个订阅。
export-caption = 📤 { $count } 个订阅。任何阅读器都能读取此文件（OPML）；发回给我，设置也会恢复。
export-without = 🔑 { $count } 个地址的用户名和密码没有写入；<code>/export passwords</code> 会保留。
export-hidden = 🔑 { $count } 个私密地址不在文件里，因为这里所有人都能看到。
export-all-working = 📦 正在打包这里的订阅、设置和 90 天内收到的内容…
export-all-caption = { $count ->
    [0] 📦 订阅（OPML）和设置；最近 90 天没有收到内容，或已不再保留。
   *[other] 📦 订阅（OPML）、设置，以及最近 90 天保留下来的 { $count } 条内容（HTML 和 JSON）。
}
export-passwords-private = 密码只给您本人看：请在我们的私聊中发送 <code>/export passwords</code>。

## Lists and pages

list-head = <b>共 { $count } 个订阅</b> · 点数字查看
list-empty =
    这里还没有订阅。
    请发给我一个链接，或者 <code>/sub https://example.org</code>
list-next = 下次检查：{ $when }
list-next-now = 马上检查
list-unseen = 还没有检查过
topic-general = General
topic-unnamed = 话题 { NUMBER($number, useGrouping: 0) }
feed-topic = 🧵 在话题 { $topic } 里
feed-unseen = 🕐 还没有检查过
feed-ok = ✅ 正常
# $when：如“3天后”
feed-paused-until = ⏸ 已暂停，{ $when }恢复；期间的新内容会保留
feed-paused = ⏸ 已暂停，期间的新内容不会发送
held-topic = 📪 这个话题已关闭。新内容会保留一周，话题重新打开后发出。
held-chat =
    📪 我不能在这里发消息：<i>{ $reason }</i>
    新内容会保留一周。我会自己再试；发送 /resume 会马上重试。
list-held-topic = 📪 等待：话题已关闭
list-held-chat = 📪 等待：{ $reason }
refusal = { $reason ->
    [blocked] 与我的聊天已被停用或删除。
    [away] 我已经不是那里的成员，请重新添加我。
    [no-chat] Telegram 找不到这个聊天。
    [no-right] 我没有在那里发消息的权限，请把我设为可以发消息的管理员。
    [no-media-right] 我没有在那里发送图片和文件的权限，请在聊天权限里允许。
    [topic-closed] 话题已关闭，请重新打开。
    [topic-gone] 话题已经不在了。
    [media] Telegram 没有接受其中的图片或文件。
    [text] Telegram 没有接受它的文字。
    [too-large] 它超过了 Telegram 的大小限制。
    [busy] Telegram 让我慢一点。
    [silent] Telegram 没有回应。
    [unreadable] 它的记录已损坏。
   *[unknown] Telegram 没有接受它，它说：“{ $words }”。
}
feed-refused = 🛑 有 { $count } 条内容没能发到这里。最近的原因：<i>{ $reason }</i>
send-again-toast = { $count ->
    [0] 没有需要重新发送的内容。
   *[other] 正在重新发送 { $count } 条。
}
feed-faltering =
    🔁 最近 { $count } 次检查失败，我会继续尝试。
    <i>{ $reason }</i>
feed-failing =
    ⚠️ 从{ $since }起出了问题，我会继续尝试。
    <i>{ $reason }</i>
feed-gone =
    🚫 已永久移除：{ $since }起网站一直这么说（410）。除非你点 <b>立即检查</b>，我不会再检查。
feed-silent = 🤫 运行正常，但异常安静；上次有新内容是{ $since }
feed-last-poll = 上次检查：{ $ago }
feed-last-ok = 上次成功的检查：{ $ago }
feed-never-ok = 还没有一次检查成功
feed-last-item = 最新内容：{ $ago }
feed-interval = 检查间隔：{ $interval }（你选的）
feed-next-poll = 下次检查：{ $when }{ $why ->
    [asked] （网站要求等这么久）
    [failures] （每次失败后会等得更久）
    [turn] （网站要求请求之间有间隔）
    [hub] （有新内容时会提前通知我）
    [hours] （订阅源要求在此之前不要打扰）
   *[interval] （和平时一样）
}
feed-moved = { $ago }从 <code>{ $url }</code> 搬到这里
feed-next-poll-now = 下次检查：马上
feed-polls = 检查记录：{ $marks }
move-back-taken = 旧地址现在已是另一个订阅源。
try-later = 两次检查之间要让网站歇一歇，请{ $when }再点。
polls-head = { $feed } 的<b>检查记录</b>
poll = { $result ->
    [first] { $count ->
        [0] 第一次检查，还没有内容
       *[other] 第一次检查，已有 { $count } 条
    }
    [new] { $count } 条新内容
    [same] 没有新内容
    [not-modified] 没有新内容（未变）
    [moved] 换到了新地址
   *[skipped] 跳过：我这边的网络断了
}
no-such-feed =
    这里没有符合 <code>{ $query }</code> 的订阅。
    用 /list 查看全部和它们的编号。
# Below the feeds that are named; how many more there are
and-more-feeds = …… 还有 { $count } 个
which-match = 这里有 { $count } 个订阅符合 <code>{ $query }</code>。你指的是哪一个？
pick-more = 一共 { $count } 个；可以在下面翻页，也可以在指令后面写上 /list 里的编号或名称里的一个词。
button-in-topic = { $feed } · { $topic }{ $here ->
    [yes] （此处）
   *[no] { "" }
}

## Alerts: what is told of a feed beside its items

alert-failing =
    ⚠️ <b>{ $feed }</b> 无法读取，从{ $since }开始。
    <i>{ $reason }</i>
    我会继续尝试；恢复之后，这条消息会更新。
alert-dormant =
    ⚠️ <b>{ $feed }</b> 无法读取，从{ $since }开始。
    <i>{ $reason }</i>
    今后我每周尝试一次；恢复之后，这条消息会更新。
alert-gone =
    🚫 <b>{ $feed }</b> 已永久移除：它的网站反复这么说（410）。我不再检查了。
    如果你知道并非如此，请点 <b>立即检查</b>；也许网站换了新的订阅地址。
alert-back = ✅ <b>{ $feed }</b> 恢复了，中断了{ $lasted }。
alert-silent =
    🤫 <b>{ $feed }</b> 已有{ $lasted }没有新内容，这很少见。
    它仍可读取，我会继续检查；有新内容时，这条消息会更新。
alert-publishing = ✅ <b>{ $feed }</b> 又有新内容了，沉默了{ $lasted }。
alert-flood = 🌊 <b>{ $feed }</b> 发布得太多，我来不及{ $where ->
        [there] 在 <b>{ $chat }</b>
       *[here] 在这里
    }全部发出。最新的已经发出，以下 { $count } 条较早的没有发：
alert-backlog = 📚 我有{ $lasted }没能读取 <b>{ $feed }</b>，其间积累了很多内容。最新的已经发出，以下 { $count } 条较早的没有发：
alert-missed = 📪 我有{ $lasted }不能{ $where ->
        [here] 在这里
       *[there] 在 <b>{ $chat }</b>
    }发消息{ $stopped ->
        [yes] ，之后我不再保留新内容；从现在起恢复发送
       *[no] { "" }
    }{ $count ->
        [0] 。
       *[other] 。其间 <b>{ $feed }</b> 的以下 { $count } 条没有发：
    }
alert-chat-closed =
    📪 我不能再在 <b>{ $chat }</b> 发消息了。<i>{ $reason }</i>
    新内容会保留一周，我也会自己再试。请检查我是否还是那里的成员，并且可以发消息。
alert-topic-closed =
    📪 <b>{ $chat }</b> 里我发消息的一个话题已关闭。新内容会保留一周，话题重新打开后发出。
alert-topic-gone =
    🧵 我发消息的一个话题不在了，它的订阅改发到这里，不再进话题。
    想放到别的话题，请在那里发送 /sub，并在这里发送 /unsub。
alert-more = … 还有 { $count } 条
alert-renumbered = 🔢 <b>{ $feed }</b> 给内容换了名字。我认出了其中 { $count } 条，没有重复发送。
alert-moved = ➡️ <b>{ $feed }</b> 已永久搬家，从 <code>{ $old }</code> 搬到 <code>{ $new }</code>。内容还是那些，我会在新地址继续订阅。
alert-channels = 关注它的频道：{ $channels }

## Preview

preview-usage =
    要看哪个订阅源？例如：
    <code>/preview https://example.org 3</code>
    数字表示要看几条。
preview-which = 要看哪个订阅的最新内容？
preview-channel = 我不在频道里展示样例，读者会误以为是新内容。请在和我的私聊里发送 /preview 和地址。
preview-of = <b>{ $feed }</b> 在这里会是这个样子：
preview-empty = <b>{ $feed }</b> 还没有内容。
preview-refused = Telegram 没有接受这一条。推送时会改用纯文本发送。

## Articles: below the text, and where it was cut

article-original = 阅读原文
article-rest = 阅读余下部分
article-more = 全文
article-listen = 收听
article-watch = 观看
article-picture = 图片
article-file = 文件
article-comments = 评论
article-read = 阅读
article-share = 分享
article-also = 另见
article-sources = 🗞 全部来源

## Templates

template-other-style =
    ⚠️ 这里的样式是“{ $style }”，而模板只用于样式“{ $classic }”。
    保存模板会改用那个样式；用 /style 查看全部样式。
template-usage =
    <b>字段：</b>{ "{title}" } { "{link}" } { "{summary}" } { "{author}" } { "{date}" } { "{tags}" } { "{feed}" }
    <b>取第一个有内容的：</b>{ "{author|feed}" }
    <b>限制字数：</b>{ "{summary:200}" }
    <b>即使关闭图片也显示：</b>{ "{image}" }（图片在文字上方）
    <b>样式：</b>*粗体*、_斜体_、[文字]({ "{link}" })
    换行会保留；没有内容的行会自动消失。例如发送：

    <pre>/template { "{title}" }
    { "{summary:200}" }

    _{ "{author|feed}" }_ · { "{date}" }</pre>
    用 <code>/template default</code> 恢复最初的样子。
template-try = 在这里会是这个样子。要保存吗？
template-unseen = 模板没有问题，不过这里还没有可以展示的内容。要保存吗？
template-unshown = 模板没有问题。我不在频道里展示样例，读者会误以为是新内容。要保存吗？
template-saved = 已保存，以后的内容都会是这个样子。
template-kept = 好的，保持原样。

## Settings: names and what they are

setting-style = 样式
setting-summary = 摘要
setting-template = 模板
setting-images = 图片
setting-spoilers = 遮挡图片
setting-preview = 链接预览
setting-buttons = 按钮
setting-title = 标题
setting-hashtags = 话题标签
setting-tags = 订阅源的标签
setting-source = 来源
setting-author = 作者
setting-date = 日期
setting-full_text = 抓取全文
setting-translation = 翻译
setting-sound = 声音
setting-interval = 检查间隔
setting-edits = 更正
setting-digest = 合并推送
setting-quiet = 安静时段
setting-cap = 最多
setting-stories = 同一新闻
setting-time_zone = 时区
setting-language = 语言
about-style =
    内容在这里要显示成什么样？
    <i>全文</i>需要 2026 年或更新的 Telegram 应用。<i>即时预览页</i>是公开的，位于 telegra.ph。
about-summary = 每个内容最多显示多少个字符。
about-template = “配图和摘要”样式下内容的排版。
about-images = 内容带哪些图片。选<i>只要有图的内容</i>时，没有图片的内容不会发送。
about-spoilers = 哪些图片要点一下才显示。
about-preview = 没有图片的内容下方的链接卡片。
about-buttons = 每个内容下方的按钮。Telegram 不允许在相册下方放按钮。
about-title = 这个订阅源在这里叫什么。
about-hashtags = 每个内容下方你自己的话题标签，也可以用来指一组订阅源：<code>/set #标签 sound silent</code>
about-tags = 订阅源给内容的分类是否显示为话题标签。
about-source = 内容下方是否显示订阅源的名称。
about-author = 内容下方是否显示作者。
about-date = 内容下方是否显示日期。
about-full_text = 是否从网页抓取全文。
about-translation = 是否把内容翻译成这个聊天的语言。
about-sound = 内容到来时手机是否响。
about-interval = 多久检查一次。很少更新的订阅源会检查得少一些，要求间隔更长的服务器也会得到尊重。
about-stories = 几个订阅源讲同一件事时，是否只发一次。第一条消息会列出其他来源。
about-edits = 内容更正后，这里的消息怎么办。
about-digest = 内容可以在选定的时间合成一条消息推送。请发送时间，例如 <code>8:00</code>、<code>8:00 18:30</code>、<code>工作日 9点</code>、<code>周一 8:00</code> 或 <code>每6小时</code>。
about-quiet = 什么时候不打扰你。发送时段即可，例如 <code>23-7</code>、<code>22:30-8 工作日</code> 或 <code>0-10 周末</code>。
about-cap = 最多来多少条：这个聊天的所有订阅合计，或这个话题、这个订阅。超出的不会丢：会合成一条消息，随下一次摘要或第二天早上 8 点发来。
about-time_zone = 这里的日期用哪个时区。选定之后，内容还会显示具体时间。
about-language = 我在这里说哪种语言。

## Settings: values

value-on = 开
value-off = 关
value-none = 无
value-style-classic = 配图和摘要
value-style-rich = 全文
value-style-link = 只要链接
value-style-telegraph = 即时预览页（Telegraph）
value-style-auto = 视内容而定
value-summary = { $count ->
    [0] 无
   *[other] { $count } 个字符
}
value-template-own = 自定义
value-images-all = 全部
value-images-first = 只要第一张
value-images-none = 不要图片
value-images-only = 只要有图的内容
value-spoilers-adult = 不适合儿童的
value-spoilers-all = 全部
value-spoilers-none = 不遮挡
value-preview-auto = 由 Telegram 决定
value-preview-off = 关闭
value-preview-small = 小
value-preview-large = 大
value-preview-above = 大，在文字上方
value-buttons-read = 阅读
value-buttons-comments = 评论
value-buttons-share = 分享
value-buttons-thumbs = 👍 👎
value-title-own = 订阅源自己的名称
value-source-auto = 有新信息时
value-source-on = 总是
value-source-off = 从不
value-author-auto = 有新信息时
value-author-on = 总是
value-author-off = 从不
value-date-auto = 知道时
value-date-on = 总是
value-date-off = 从不
value-sound-loud = 🔔 有声
value-sound-silent = 🔕 静音
value-sound-highlighted = ✨ 只有重点
# $count：条数；$period：hour 或 day；$tag：合计的话题标签，或 none
value-cap = { $count ->
    [0] 不限
   *[other] { $period ->
        [hour] 每小时
       *[day] 每天
    } { $count } 条{ $tag ->
        [none] {""}
       *[some] ，#{ $tag } 合计
    }
}
value-digest-off = 随到随发
value-digest-morning_and_evening = 早晚
value-digest-office_hours = 上班时间
value-digest-weekends = 周末
value-digest-weekly = 每周
value-digest-every = 每 { $hours } 小时
value-quiet-weekdays = 工作日
value-quiet-weekends = 周末
value-stories-off = 每个源都发
value-stories-link = 链接相同只发一次
value-stories-on = 标题相同也只发一次
value-edits-off = 保持原样
value-edits-edit = 改正
value-edits-mark = 改正并标明

## The menu of settings

settings-of = ⚙️ <b>{ $where }</b>
settings-chat = 整个聊天
settings-several = 📰 { $count } 个订阅源
settings-topic = 🧵 话题 { $name }
settings-where = 要设置哪一个？
settings-group-look = 外观
settings-group-content = 内容
settings-group-delivery = 推送
settings-group-place = 地区
from-operator = 默认
from-chat = 跟随聊天
from-topic = 跟随话题
from-here = 在此选定
settings-hint = 点一下要改的项目。带 ⟳ 的立即切换。
setting-line = { $setting }：{ $value } <i>· { $from }</i>
setting-line-own = <b>{ $setting }：{ $value }</b> <i>· { $from }</i>
setting-line-mixed = { $setting }：<i>各不相同</i>
setting-line-locked = 🔒 { $setting } <i>· 此处没有</i>
setting-locked = 运行这个机器人的人没有提供这项功能。
setting-type-private = 现在把想要的内容发给我即可。/cancel 保持原样。
setting-type-group = 请回复这条消息，写上想要的内容。
digest-next = 下一次在 { $day } { $time }（{ $zone } 时间）；/tz 可以更改时区。
digest-gathered = { $count ->
    [0] 这个聊天里现在没有等待摘要的内容。
   *[other] 这个聊天里有 { $count } 条内容在等待摘要。
}
button-digest-now = 📬 现在就发
digest-now-toast = { $count ->
    [0] 没有等待的内容。
   *[other] { $count } 条内容马上就到。
}
digest-left = 有 { $count } 条内容原本在等摘要。在你决定之前，它们会在原来的时间送达。
button-digest-together = 现在合并发送
button-digest-single = 逐条发送
button-digest-drop = 不要了
digest-left-together = { $count ->
    [0] 已经没有等待的内容了。
   *[other] { $count } 条内容马上合并送达。
}
digest-left-single = { $count ->
    [0] 已经没有等待的内容了。
   *[other] { $count } 条内容马上逐条送达。
}
digest-left-dropped = { $count ->
    [0] 已经没有等待的内容了。
   *[other] { $count } 条内容不再发送。
}
digest-left-back = { $count } 条内容重新开始等待。
# What a digest says
digest-heading = { $feeds } 个订阅源的 { $items } 条内容
digest-continued = 还有 { $items } 条
digest-most-told = 多方报道
digest-also = 另见
digest-more = 另有 { $count } 条
digest-filtered = 本周被规则隐藏：{ $count } 条

quiet-way-hold = 这段时间来的内容会等到结束后再发送。
quiet-way-digest = 这段时间来的内容会等到结束后，合成一条消息发送。
quiet-way-silent = 这段时间内容照常发送，但没有声音。
button-quiet-hold = 等待
button-quiet-digest = 合成一条
button-quiet-silent = 🔕 静音
# $zone：时区；$time：时间
quiet-zone = 按 { $zone } 的时间，那里现在是 { $time }；用 /tz 可以更改。
# $time：结束时间；$count：等待的条数
quiet-now = 现在是安静时段，到 { $time } 结束{ $count ->
    [0] 。
   *[other] ：有 { $count } 条在等待。
}
time-zone-now = 那里现在是 { $time }。
button-setting-default-from = { $from ->
    [chat] 跟随聊天：{ $value }
    [topic] 跟随话题：{ $value }
   *[operator] 默认：{ $value }
}
button-settings = ⚙️ 设置
button-settings-where = 📰 话题和订阅源 ›
button-settings-follow = ↺ 全部订阅跟随聊天设置
button-settings-chat = ‹ 整个聊天
button-settings-this-topic = 🧵 这个话题
button-settings-reset = ↺ 全部恢复默认
button-settings-back = ‹ 返回
button-sample = 👁 看样例
sample-none = 这里还没有可以展示的内容。
settings-reset-toast = { $count ->
    [0] 没有可以恢复的设置。
   *[other] 已全部恢复默认。
}
undone-toast = 已撤销。
cancelled = 好的，保持原样。

## What /set answers

set-usage =
    <b>一次设置几项：</b>
    <code>/set style link</code> · 用于这个聊天（在话题里则用于该话题）
    <code>/set 3 style rich summary 300</code> · 用于 /list 里的第三个订阅源
    <code>/set all sound silent</code> · 用于所有订阅源
    <code>/set #新闻 images none</code> · 用于带这个话题标签的订阅源
    <code>/set 3 style default</code> · 恢复默认
    <b>可以设置：</b>{ $names }
set-done = ✅ { $where }：
set-done-feeds = ✅ { $count } 个订阅源：
set-line = { $setting }：<b>{ $value }</b>
set-line-default = { $setting }：恢复默认
set-reset = 全部恢复默认
set-undone = { $count ->
    [0] 已经太晚，无法撤销。
   *[other] ↩ 已撤销，一切照旧。
}
set-fault = <code>/{ $command } { $before } ▸{ $words }◂ { $after }</code>
set-unknown = { $similar ->
    [none] 没有叫这个名字的设置。可以设置：{ $names }。
   *[some] 没有叫这个名字的设置。您是想写 { $similar } 吗？
}
set-bad-value = <b>{ $setting }</b>不能是这个。{ $hint }
set-values = 可以是：{ $values }。
set-hint-title = 可以是 1 到 64 个字符。
set-hint-hashtags = 最多五个由文字和数字组成的话题标签，例如 <code>#新闻 #城市</code>，或者 <code>none</code>。
set-hint-summary = 可以是 0 到 20000 之间的字符数。
set-hint-digest = 可以是时间，例如 <code>8:00</code>、<code>8:00 18:30</code>、<code>工作日 9点</code>、<code>周一 8:00</code> 或 <code>每6小时</code>，或者 <code>off</code>（随到随发）。
set-hint-quiet = 可以是时段，例如 <code>23-7</code>、<code>22:30-8 工作日</code> 或 <code>0-10 周末 静音</code>，或者 <code>off</code>。
set-hint-cap = 可以是每天或每小时不超过 1000 的数字，例如<code>每天5条</code>或<code>每小时2条</code>，或者 <code>off</code>。
set-hint-time_zone = 可以是城市，例如<code>北京</code>，时区，例如 <code>Asia/Shanghai</code>，或者 <code>UTC+8</code>。
set-hint-buttons = 可以是 read、comments、share、thumbs（多看或少看类似内容）中的几个，或者 none。
set-hint-interval = 间隔可以是{ $shortest }到{ $longest }，例如 30m、2h、1d，或者 default。
set-no-level = { $level ->
    [subscription] <b>{ $setting }</b>只能为整个聊天设置：请去掉订阅源。
   *[chat] <b>{ $setting }</b>属于单个订阅源，请说明是哪一个，例如 <code>/set 3 { $name } …</code>
}
set-nothing-tagged = 这里没有订阅源带话题标签 <code>{ $tag }</code>。可以这样添加：<code>/set 3 hashtags { $tag }</code>
interval-which = 要改哪个订阅的检查间隔？也可以直接发送，例如 <code>/interval 2 30m</code>。
interval-keener = 实际间隔：{ $interval }，因为还有别人想更频繁地看它。
set-for-which = 改哪个订阅的？

## Pausing and ending; $feeds: one per line

pause-which = 要暂停哪一个？
pause-nothing = 这里的订阅都已暂停。用 /resume 恢复。
resume-running =
    ▶ 本来就在运行，没有暂停：
    { $feeds }
pause-done =
    ⏸ 已暂停：
    { $feeds }
# $when：日期和时间
pause-until = 到 { $when } 为止。期间的内容会保留，到时发给你；如果很多，就合成一条消息。
pause-for-good = 直到你回来并发送 /resume。期间的内容不会保留。
# $words：输入的内容
pause-until-fault =
    我不明白要暂停到什么时候：<code>{ $words }</code>
    可以这样写：<code>/pause 2 到周一</code>、<code>/pause 2 3天</code>、<code>/pause all 到 12月24日 9:00</code>
button-pause-day = 一天
button-pause-week = 一周
button-pause-good = 直到我回来
resume-which = 要恢复哪一个？
resume-nothing = 这里没有暂停的订阅。
resume-done =
    ▶ 已恢复：
    { $feeds }
unsub-which = 要取消哪一个订阅？/unsub all 取消全部。
unsub-all-caption = 📄 此前的 { $count } 个订阅。把此文件发给我，我会重新订阅。
unsub-all-ask = 真的要取消这里全部 { $count } 个订阅吗？
unsub-done =
    已取消订阅（{ $count }）：
    { $feeds }

## 在私聊中管理频道和群组

command-channel = 在这里管理频道或群组
error-out-of-reach = { $reason ->
    [unknown] 我不认识名为 { $chat } 的频道或群组，什么都没有改动。请检查名称，并把我设为它的管理员；用 /channel 可以直接选择。
    [away] 我不是 { $chat } 的管理员，什么都没有改动。请把我加为可以发布消息的管理员。
    [mute] 我不能在 { $chat } 发布消息，什么都没有改动。请允许我在那里发布消息。
    [stranger] 只有 { $chat } 中可以发布消息的管理员才能这样做，什么都没有改动。
    [nameless] 我在这里看不出你是谁，无法确认你是否管理 { $chat }。请在我们的私聊中操作。
   *[silent] Telegram 没有告诉我谁管理 { $chat }，什么都没有改动。请过一分钟再试。
}
managing = 🛠 你正在管理 <b>{ $chat }</b> · 完成后发送 /cancel
managing-renamed = <i>它以前叫 { $former }。</i>
channel-in-private = 请在我们的私聊中发送 /channel：在那里你可以管理自己的频道和群组，读者不会看到。
channel-choose =
    你想在这里管理哪个频道或群组？请在下面选择；如果我还不在其中，Telegram 会询问是否添加我。
    也可以发送 <code>/channel @名称</code>。
channel-managing =
    🛠 你现在正在管理 <b>{ $chat }</b>。
    你在这里发给我的一切都针对它：发送链接，就会在{ $kind ->
        [channel] 频道
       *[group] 群组
    }中订阅该网站；/list 显示它的订阅。只有你能看到我的回答。
    完成后请发送 /cancel。
channel-left = 你已不再管理 <b>{ $chat }</b>。你在这里发送的内容又只针对本聊天了。
cancel-nothing = 没有可以取消的操作。
button-feeds = 它的订阅
button-done = 完成
button-pick-channel = 📣 频道
button-pick-group = 👥 群组

## 移动订阅、标签的话题

command-move = 把订阅移到别的话题或聊天
command-topic = 给标签一个自己的话题
move-which = 要移动哪个订阅？
move-where = 要把 <b>{ $feed }</b> 移到哪里？等待发送的内容会一起移过去。
move-pick = 要把 <b>{ $feed }</b> 移到哪里？请在下面选择。
move-elsewhere = 要移到别的聊天，请发送 <code>/move 3 @频道</code>（数字是 /list 中的编号），或在我们的私聊中使用这个按钮。
move-unknown = 我不知道这里有话题 <code>{ $place }</code>。只有在话题里有人给我写过消息，我才知道它。
move-done = 📦 { $count ->
    [one] 这个订阅
   *[other] 这 { $count } 个订阅
}今后发到这里：<b>{ $place }</b>。等待发送的内容也会发到那里。
move-feeds = { $feeds }
move-merged = 其中 { $count } 个在那里已经订阅；不会重复发送。
move-nothing = 它本来就发到那里。
move-undone =
    ↩ 已移回原处（{ $count } 个）：
    { $feeds }
place-here = 本聊天
button-move = 📦 移动
button-move-here = 移到我们的私聊
button-move-chat = 移到频道或群组…
topic-usage =
    你的订阅的标签可以有自己的话题：<code>/topic #新闻</code> 会建立话题，并把带这个标签的订阅移过去。<code>/sub https://example.org #新闻</code> 则直接订阅到那里。
topic-line = 🧵 <b>#{ $tag }</b> · { $count } 个订阅
topic-which = 要给哪个标签建立话题？
topic-made = 🧵 话题 <b>{ $tag }</b> 已建立；带标签 <b>#{ $tag }</b> 的订阅会发到那里。
topic-there = 🧵 <b>#{ $tag }</b> 有自己的话题。
button-make-topic = #{ $tag }（{ $count }）
error-topic-refused = { $reason ->
    [right] 我在这里不能建立话题，什么都没有改动。请在我的管理员权限中给我<b>管理话题</b>的权限。
    [off] 这个群组没有话题，什么都没有改动。可以在群组设置中打开<b>话题</b>。
    [private] 我们的私聊没有打开话题，什么都没有改动。机器人的运营者可以在 @BotFather 打开（<b>Threaded mode</b>）。
    [silent] Telegram 没有回答，我不知道话题是否已建立。请过一分钟再试。
   *[refused] Telegram 没有让我建立话题，什么都没有改动。话题只存在于打开了话题的群组中。
}

## 一键订阅的链接

command-share = 生成链接，让别人订阅你的订阅源
share-which = 要分享哪个订阅？
button-share = 🔗 链接
link-made =
    🔗 打开这个链接的人会看到{ $count ->
        [one] 这个订阅源
       *[other] 这 { $count } 个订阅源
    }，点一下即可订阅，也可以订阅到频道：
    { $start }
    用于群组：{ $group }
link-left-out = 有 { $count } 个不在其中：超出了一个链接的容量，或其地址含有密码之类的内容。
link-secret = 这个订阅源的地址含有密码之类的内容，所以我不生成链接。
link-opened = 这个链接会订阅{ $count ->
    [one] 一个订阅源
   *[other] { $count } 个订阅源
}：
link-unknown = 这个链接已经失效。请索要新的链接，或直接把网站地址发给我。
link-pick = 要订阅到哪个频道或群组？请在下面选择。
link-in = 在 <b>{ $chat }</b>：
button-link-take = ✅ 在这里订阅
button-link-take-there = ✅ 在那里订阅链接中的内容
button-link-pick = 订阅到频道或群组…

## The same story in several feeds

# $count: feeds, two at least
story-sources = 🗞 <b>有 { $count } 个订阅源在讲这件事：</b>

## 多看或少看类似内容

button-more-like = 👍 多看
button-less-like = 👎 少看
button-thumb-author = 👤 { $name }
button-thumb-tag = 🏷 { $name }
button-thumb-word = “{ $name }”
button-thumb-cap = 每天最多几条
button-thumb-cap-of = 每天 { $count } 条
button-thumb-mute = 🔕 一周内不看…
button-thumb-story = 📰 这件事
button-thumb-just = 仅此一条
button-thumb-back = ‹ 返回
button-thumb-done = 完成
button-thumb-decline = 不用了
button-thumb-exclude = ✅ 隐藏这些
button-thumb-highlight = ⭐ 突出这些
button-thumb-include = 只看这些
thumb-usage =
    用 /less 或 /more 回复一条内容：我会问你要少看或多看什么，并据此建立规则。
    按钮在这里开启：/settings → 按钮 → 👍 👎。
thumb-less = 已记下：少看类似内容。少看什么？
thumb-more = 已记下：多看类似内容。多看什么？
thumb-proposal = 💡 { $direction ->
        [more] 你喜欢过几条
       *[less] 你想少看几条
    }{ $kind ->
        [author] { $name } 写的内容
        [tag] 关于 { $name } 的内容
       *[word] 带有“{ $name }”的内容
    }。{ $direction ->
        [more] 若建立规则，最近 { $total } 条中会突出 { $matched } 条，其中 { $contrary } 条你想少看。
       *[less] 若建立规则，最近 { $total } 条中会隐藏 { $matched } 条，其中 { $contrary } 条你喜欢过。
    }
thumb-trial = { $direction ->
        [more] “{ $rule }”：最近 { $total } 条中会突出 { $matched } 条，其中 { $contrary } 条你想少看。
       *[less] “{ $rule }”：最近 { $total } 条中会隐藏 { $matched } 条，其中 { $contrary } 条你喜欢过。
    }
thumb-made = 好了：{ $kind ->
        [exclude] 隐藏“{ $rule }”
        [highlight] 突出“{ $rule }”
        [mute] 一周内隐藏“{ $rule }”
       *[include] 只看“{ $rule }”
    }。随时可改：/filter
thumb-undone = 已撤销这条规则。
thumb-noted = 已记下。有几条一致时，我会提议一条规则。
thumb-forgotten = 已忘记。
thumb-mute = 一周内不看什么？
thumb-no-story = 标题太短，认不出是哪件事。
thumb-cap = { $feed } 每天最多几条？
thumb-capped = { $feed } 每天最多 { $count } 条；其余的放进摘要。
thumb-paused = ⏸ 已暂停：{ $feed }
thumb-resumed = ▶ 已恢复：{ $feed }
thumb-unsubscribed = 已取消订阅 { $feed }。
thumb-subscribed = 重新订阅了 { $feed }。
thumb-gone-old = 这条内容太旧，我已不再保存它的正文。请在较新的内容下试试。
thumb-gone-unfollowed = 这个聊天已不再订阅这条内容的来源。

## 规则

command-filter = 规则：接收、屏蔽或突出哪些内容
button-cancel = 取消
button-rules = 📋 全部规则
filter-kind-exclude = 屏蔽
filter-kind-include = 只要这些
filter-kind-highlight = 突出显示
filter-kind-mute = 暂时屏蔽
filter-head = { $count ->
   *[other] 这个聊天有 { $count } 条规则：
}
filter-empty =
    这个聊天还没有规则：所有内容都会送达。
    规则用文字说明哪些不要、只要哪些、哪些要突出。保存之前，我会先用已存的内容试一试。

    <code>/filter exclude 足球，高尔夫</code> · 含其中之一就屏蔽
    <code>/filter include title:发布 -传闻</code> · 只接收这样的内容
    <code>/filter highlight "我的城市"</code> · 有提示音并带标记
    <code>/filter mute 选举 until mon</code> · 到那时为止
    <code>/filter 3 exclude …</code>、<code>/filter #news exclude …</code> · 只对一个订阅源或一个标签
    <code>/filter test 一段文字</code> · 看看规则会怎样处理
    用 <code>/less</code> 或 <code>/more</code> 回复一条内容 · 我会问你要少看或多看什么，并写好规则
filter-kept-back = 30 天内拦下 { $count } 条
filter-off = 已停用
filter-on = 已启用
filter-order = 被屏蔽的内容即使也要突出显示，仍不会送达；若有“只要”规则，内容须符合其中之一，突出显示的除外。
filter-nameless = 未命名
filter-rule =
    { $mark } <b>{ $kind }</b>（{ $name }）
    { $words }
    { $place }

    最近 30 天拦下 { $count ->
       *[other] { $count } 条
    }。当前{ $state }。
filter-place-chat = 对整个聊天有效
filter-place-topic = 对一个话题有效
filter-until = 到 { $moment } 为止
filter-tried = { $of ->
    [0] 还没有已存的内容可供试用。
   *[other] { $count ->
        [0] { $kind ->
            [include] 最近 { $of } 条中，一条也不会送达。
            [highlight] 最近 { $of } 条中，没有会突出显示的。
           *[exclude] 最近 { $of } 条全部会送达。
        }
       *[other] { $kind ->
            [include] 最近 { $of } 条中，只有 { $count } 条会送达：
            [highlight] 最近 { $of } 条中，有 { $count } 条会突出显示：
           *[exclude] 最近 { $of } 条中，有 { $count } 条会被屏蔽：
        }
    }
}
filter-near = { $kind ->
    [include] 差一点就符合、不会送达的：
    [highlight] 差一点就符合、照常送达的：
   *[exclude] 差一点就符合、仍会送达的：
}
filter-new-only = 保存后，对此后到来的内容有效。
button-rule-save = ✅ 保存
button-rule-change = ✏️ 修改
button-rule-topic = 只对这个话题
button-rule-chat = 对整个聊天
button-rule-on = ▶ 启用
button-rule-off = ⏸ 停用
button-rule-rename = 🏷 改名
button-rule-delete = 🗑 删除
button-rule-apply = 也用于还在等待的 { $count } 条
filter-saved = ✅ 已保存：<b>{ $rule }</b>。对此后到来的内容有效。
filter-dropped = 没有保存。
filter-applied = { $count ->
   *[other] 已拦下等待中的 { $count } 条。
}
filter-deleted = 规则 <b>{ $rule }</b> 已删除。
filter-ask =
    { $kind ->
        [include] 请写出内容必须含有的词。
        [highlight] 请写出要突出显示的内容所含的词。
        [mute] 请写出要暂时屏蔽的词，以及到什么时候，例如 <code>选举 until mon</code>。
       *[exclude] 请写出要屏蔽的内容所含的词。
    }
    多个词须同时出现；逗号表示“或”，减号表示“不含”。如果不是在私聊里，请回复这条消息。
filter-again = 请重新写一遍，或者取消。如果不是在私聊里，请回复这条消息。
filter-ask-name = 规则 <b>{ $rule }</b> 要叫什么名字？如果不是在私聊里，请回复这条消息。
filter-which-kind = 含有这些词的内容要怎样处理？
filter-test-usage = <code>/filter test 一段文字</code> 会说明规则怎样处理这段文字；回复一条帖子发送 <code>/filter test</code>，则说明怎样处理那条帖子。
filter-test-none = 这里没有已启用的规则，所以会送达。
filter-test-filter = 会被规则 <b>{ $rule }</b> 屏蔽。
filter-test-pass = 会送达：没有规则拦下它。
filter-test-include = 会由规则 <b>{ $rule }</b> 送达。
filter-test-highlight = 会由规则 <b>{ $rule }</b> 突出显示。
filter-several-feeds =
    一条规则可用于一个订阅（<code>/filter 3 exclude …</code>）、带某个话题标签的订阅（<code>/filter #news exclude …</code>），或整个聊天。
filter-test-legend = ● 符合 · ○ 不符合。针对某个订阅源、话题或标签的规则，按内容来自那里计算。
