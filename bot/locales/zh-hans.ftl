### 简体中文

## Language

language-name = 简体中文

## Faults: what is wrong, then what to do

error-unknown =
    我这边出了点问题，已经记录下来供管理员查看。
    请过一会儿再试。

error-config = 机器人的配置有误，暂时无法完成这个操作。请告诉机器人的管理员。

error-store =
    数据库暂时无法访问，不过数据不会丢失。
    请过一会儿再试。

error-fetch = 无法获取这个地址，请稍后再试。

error-bad-address =
    <code>{ $url }</code> 不是我能访问的地址。
    请发送一个网址，例如 <code>https://example.org/feed.xml</code>。

error-forbidden-address =
    <b>{ $host }</b> 属于内部网络，而我只访问公开的网站。
    机器人的管理员可以在 <code>allow_networks</code> 中放行。

error-unreachable = { $reason ->
    [dns]
        找不到名为 <b>{ $host }</b> 的服务器。请检查网址有没有写错。
    [connect]
        连接不上 <b>{ $host }</b>：服务器可能停机了，或者拒绝机器人访问。请稍后再试。
    [tls]
        无法与 <b>{ $host }</b> 安全通信：它的证书无效，需要网站的主人更新。
    [timeout]
        <b>{ $host }</b> 迟迟没有回应，可能正忙。请稍后再试。
   *[protocol]
        <b>{ $host }</b> 的回应我看不懂。请检查网址是否正确。
}

error-http = { $status ->
    [401]
        <b>{ $host }</b> 需要用户名和密码（401）。请在私聊中以
        <code>https://用户名:密码@…</code> 的形式发送地址。
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

error-redirects =
    <b>{ $host }</b> 一直在来回跳转。
    请用浏览器打开这个地址，再把最后停留的网址发给我。

error-too-large =
    <b>{ $host }</b> 返回的内容超过了 { SIZE($limit) } 的上限，我没有继续读取。
    网站也许提供更短的订阅源；机器人的管理员也可以调高 <code>max_size</code>。

error-parse = 这个地址有内容，但无法当作订阅源来读取。

error-not-a-feed =
    <b>{ $host }</b> 上的这个地址不是订阅源。
    请发送网站首页，我来帮你找。

error-parse-aborted =
    <b>{ $host }</b> 的订阅源结构过于复杂，我只好中途放弃。
    可以提醒一下网站的主人。

error-nothing-found =
    在 <b>{ $host }</b> 上没有找到订阅源，并不是每个网站都有。
    如果你知道订阅源的地址，请直接发给我。
