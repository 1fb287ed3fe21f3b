"""The articles of the sample feeds.

``{n}`` is the number of the item, ``{a}`` to ``{c}`` are its pictures.
"""

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Story:
    """A template of an article."""

    title: str
    author: str
    tags: tuple[str, ...]
    html: str
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Article:
    """A published story."""

    number: int
    title: str
    author: str
    tags: tuple[str, ...]
    html: str
    language: str
    pictures: tuple[str, ...]


def write(number: int, base: str) -> Article:
    """The article of this number; ``base``: the address that its links and pictures begin with."""
    story = STORIES[number % len(STORIES)]
    names = ("a", "b", "c")
    used = [name for name in names if f"{{{name}}}" in story.html]
    places = {
        name: f"{base}/feeds/pictures/{3 * number + index}.png" for index, name in enumerate(names)
    }
    words = {"n": str(number), "home": escape(base, quote=True), **places}
    html = story.html
    for name, value in words.items():
        html = html.replace(f"{{{name}}}", value)
    title = story.title.replace("{n}", str(number))
    return Article(
        number,
        title,
        story.author,
        story.tags,
        html,
        story.language,
        tuple(places[name] for name in used),
    )


# The newest one at the start is number 5, so English ones with pictures come first.
STORIES = (
    Story(
        "第{n}期：雨后的茶山，一片叶子的一天",
        "林小满",
        ("茶", "乡村"),
        """<p>清晨五点，雾还没有散，采茶的人已经上山了。一斤新茶大约需要<strong>四万个芽头</strong>，熟\
练的手一天也只能采两斤多。</p>
<figure><img src="{a}" alt="雨后的茶山">
<figcaption>雨后的茶山，远处是村里的小学。摄影：林小满</figcaption></figure>
<p>“叶子自己会说话，”老茶农陈伯笑着说，“声音软的，就可以炒；声音脆的，再等一等。”他把手伸进两百\
度的铁锅里，
动作快得让人看不清。</p>
<ul><li>采摘：只要一芽一叶</li><li>摊凉：六到八个小时</li><li>杀青：三口铁锅，一气呵成</li></ul>
<p>傍晚，整个村子都是茶香。更多照片见<a href="{home}/feeds/stories/{n}.html">本期图集</a>。</p>""",
        "zh",
    ),
    Story(
        "Выпуск {n}: ночной поезд, который ждёт опоздавших",
        "Вера Зимина",
        ("дорога", "люди"),
        """<p>На станции Берёзовая Роща поезд стоит две минуты. По расписанию. На деле машинист
Пётр Ильич смотрит в зеркало и
считает фонарики на тропе: <em>если кто-то бежит, он ждёт</em>.</p>
<figure><img src="{a}" alt="Станция ночью"><figcaption>Станция за минуту до отправления. Фото
автора</figcaption></figure>
<p>«За тридцать лет я опоздал на девять минут, — говорит он. — Всего. А успели благодаря этому
<strong>четыреста человек</strong>. По-моему, хороший обмен».</p>
<blockquote>Расписание нужно людям, а не наоборот.</blockquote>
<p>Подробности и карта маршрута — <a href="{home}/feeds/stories/{n}.html">в полном
тексте</a>.</p>""",
        "ru",
    ),
    Story(
        "العدد {n}: مكتبة صغيرة على ظهر دراجة",
        "سلمى حدّاد",
        ("كتب", "مدينة"),
        """<p>كل صباح يملأ يوسف صندوق دراجته <strong>بثلاثين كتابًا</strong> ويبدأ جولته في الأزقّة
القديمة. لا بطاقات ولا غرامات:
من أخذ كتابًا أعاده متى شاء.</p>
<figure><img src="{a}" alt="الزقاق عند الفجر"><figcaption>الزقاق عند الفجر. تصوير: سلمى
حدّاد</figcaption></figure>
<p>يقول ضاحكًا: «في السنة الأولى ضاعت سبعة كتب، وعاد إليّ تسعة لم أعرفها من قبل». أكثر ما يُطلب قصص
الأطفال وكتب الطبخ.</p>
<blockquote>الكتاب الذي لا يسافر يشيخ بسرعة.</blockquote>
<p>خريطة الجولة في <a href="{home}/feeds/stories/{n}.html">النص الكامل</a>.</p>""",
        "ar",
    ),
    Story(
        "城市手记 {n}：楼顶上的菜园，邻居们的四季",
        "周远",
        ("城市", "生活", "植物"),
        """<p>六层老楼没有电梯，楼顶却有<strong>四十二个花盆</strong>。春天种薄荷和豌豆，夏天摘番茄，秋\
天分南瓜，冬天只剩几棵倔强的小葱。</p>
<p><img src="{a}" alt="清晨的楼顶"></p><p><img src="{b}" alt="傍晚的楼顶"></p>
<blockquote>土不多，阳光也不多，可是大家的耐心很多。</blockquote>
<p>菜园的规矩只有三条：浇水要记账，摘菜先打招呼，下雨天一起上楼收衣服。想学习的邻居可以看<a
href="{home}/feeds/stories/{n}.html">这份小册子</a>。</p>""",
        "zh",
    ),
    Story(
        "Заметка {n}: как школьники измерили тень горы",
        "Лев Тополев",
        ("наука", "школа"),
        """<p>Гора в окне класса видна всем, но высоту её никто не помнил. Шестиклассники решили не
искать в сети,
а <strong>измерить</strong>: верёвкой, палкой и терпением.</p>
<ul><li>палка: ровно метр;</li><li>тень палки в полдень: 1,42 м;</li><li>тень горы: по карте и
шагам, почти два километра.</li></ul>
<p>Получилось 1386 метров. В атласе 1391. «Пять метров — это снег», — объяснил самый младший, и с
ним согласились.</p>""",
        "ru",
    ),
    Story(
        "Letter {n} from the lighthouse: the lamp now turns by wind",
        "Mara Quill",
        ("coast", "energy"),
        """<figure><img src="{a}" alt="Evening over the bay"><figcaption>Evening over the bay, seen
from the gallery.
Photo: M. Quill</figcaption></figure>
<p>For a hundred years somebody climbed the <strong>214 steps</strong> at dusk. Since Tuesday
nobody has to: a small
wind wheel on the roof turns the lens, and it turns it <em>more evenly</em> than any keeper ever
did.</p>
<p>“The first night I lay awake, waiting for it to stop,” says the last keeper, who still lives in
the cottage below.
“It did not stop. So I slept.” How the gear works is told
<a href="{home}/feeds/stories/{n}.html">in the long
version</a>.</p>
<blockquote>A light is a promise. It does not matter who keeps it.</blockquote>
<p>The old clockwork goes to the harbour museum, where children may wind it up on Sundays.</p>""",
    ),
    Story(
        "Issue {n}: three kitchens, one sourdough",
        "Theo Barrow",
        ("food", "weekend"),
        """<p>Three neighbours on three floors baked <em>the same</em> loaf from the same starter.
The results could not
have been more different, and the oven is not to blame.</p>
<p><img src="{a}" alt="First floor"></p><p><img src="{b}" alt="Second floor"></p><p>
<img src="{c}" alt="Third floor"></p>
<p>What they learned, in the order in which they quarrelled about it:</p>
<ol><li>Water first, then flour, <strong>then patience</strong>.</li>
<li>A cold kitchen is an ingredient.</li>
<li>Salt &lt; 2 % and nobody notices; salt &gt; 2.4 % and everybody does.</li></ol>
<p>The recipe fits on one line: <code>500 g flour, 350 g water, 10 g salt, one night</code>.</p>""",
    ),
    Story(
        "Field note {n}: the owl that learned the bus timetable",
        "Ines Calder",
        ("city", "wildlife"),
        """<p>Every evening at 18:42 the number 7 stops under the plane tree, and its lights stir
up the moths. At 18:41 a small
owl lands on the sign.</p>
<figure><img src="{a}" alt="The stop at dusk"><figcaption>The stop at dusk.</figcaption></figure>
<p>On Sundays, when the bus comes at 18:57, the owl comes at 18:56. “We do not know how she
counts,” the ornithologist
admits. <a href="{home}/feeds/stories/{n}.html">The data of forty evenings</a> leave little doubt
that she does.</p>
<p>The transport company has meanwhile <del>removed</del> <strong>kept</strong> the old sign at the
request of the passengers.</p>""",
    ),
    Story(
        "Release {n}: the town's clock tower gets an update",
        "Pavel Orr",
        ("engineering", "time"),
        """<p>The clock in the market square has been four minutes fast since 1911, on purpose: so
that nobody misses the
train. The new controller had to reproduce the fault exactly.</p>
<pre><code class="language-python">def shown(true_time):
    return true_time + timedelta(minutes=4)  # see the council's resolution of 1911
</code></pre>
<p>The engineers kept the old pendulum, too. It drives nothing now, but <em>the square would be too
quiet</em> without it.</p>
<h3>In numbers</h3>
<table><tr><th>Part</th><th>Age</th></tr><tr><td>Bell</td><td>312 years</td></tr><tr>
<td>Controller</td><td>3 days</td></tr></table>
<p>Questions go to <a href="{home}/feeds/stories/{n}.html">the clock committee</a>, which meets at
7 (shown: 7:04).</p>""",
    ),
)
