"""The words invented movies are made of. Lists pair the languages by position, so a title means the same in each."""

# ruff: noqa: E501, RUF001 - Hangul counts twice; a pair in one line reads better; other scripts are meant
from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    """Return the words that bars separate."""
    return tuple(text.split("|"))


# A noun with its Korean form; titles are built around it.
NOUNS: tuple[tuple[str, str], ...] = (
    ("Lighthouse", "등대"), ("Orchard", "과수원"), ("Ferry", "나룻배"), ("Staircase", "계단"),
    ("Garden", "정원"), ("Bakery", "빵집"), ("Bridge", "다리"), ("Compass", "나침반"),
    ("Umbrella", "우산"), ("Violin", "바이올린"), ("Windmill", "풍차"), ("Train", "기차"),
    ("Lamp", "등불"), ("Bell", "종"), ("Map", "지도"), ("Library", "도서관"),
    ("Observatory", "천문대"), ("Almanac", "책력"), ("Harbour", "항구"), ("Accordion", "아코디언"),
    ("Greenhouse", "온실"), ("Postman", "우체부"), ("Cartographer", "지도 제작자"), ("Kite", "연"),
    ("Archive", "기록 보관소"), ("Tea House", "찻집"), ("Carousel", "회전목마"), ("Well", "우물"),
    ("Locksmith", "열쇠공"), ("Glacier", "빙하"), ("Radio", "라디오"), ("Notebook", "수첩"),
    ("Planetarium", "천체 투영관"), ("Typewriter", "타자기"), ("Anchor", "닻"), ("Sparrow", "참새"),
    ("Quarry", "채석장"), ("Tailor", "재단사"), ("Elevator", "승강기"), ("Puppet", "꼭두각시"),
    ("Balcony", "발코니"), ("Beekeeper", "양봉가"), ("Telescope", "망원경"), ("Meadow", "초원"),
    ("Engine", "엔진"), ("Canal", "운하"), ("Fox", "여우"), ("Rooftop", "옥상"),
)  # fmt: skip

# What stands after a noun in English and before it in Korean.
COMPLEMENTS: tuple[tuple[str, str], ...] = (
    ("Without a Name", "이름 없는"), ("at Midnight", "자정의"), ("in the Snow", "눈 속의"), ("of the North", "북쪽의"),
    ("in the Fog", "안개 속의"), ("of Yesterday", "어제의"), ("by the Sea", "바닷가의"), ("of Glass", "유리로 만든"),
    ("Under the Moon", "달 아래"), ("in Winter", "겨울의"), ("of Seven Days", "이레 동안의"), ("Without a Door", "문 없는"),
    ("in the Rain", "빗속의"), ("of Paper", "종이로 만든"), ("at Dawn", "새벽의"), ("of Silence", "침묵의"),
    ("Behind the Hill", "언덕 너머의"), ("That Never Slept", "잠들지 않는"), ("for Two", "두 사람을 위한"),
    ("on Loan", "빌려 온"), ("of the Last Summer", "마지막 여름의"), ("Nobody Built", "아무도 짓지 않은"),
    ("on the Ninth Floor", "9층의"), ("Across the Ice", "얼음 건너편의"), ("with Two Shadows", "그림자가 둘인"),
    ("Upside Down", "거꾸로 선"), ("for Sale", "팔려고 내놓은"), ("That Answers Back", "대답하는"),
    ("Before the Storm", "폭풍 전의"), ("at the End of Line Four", "4호선 끝의"), ("of Small Lies", "작은 거짓말들의"),
    ("We Left Behind", "우리가 두고 온"),
)  # fmt: skip

ADJECTIVES: tuple[tuple[str, str], ...] = (
    ("Copper", "구리"), ("Paper", "종이"), ("Borrowed", "빌린"), ("Unfinished", "미완의"),
    ("Crooked", "비뚤어진"), ("Amber", "호박색"), ("Hollow", "속 빈"), ("Patient", "참을성 많은"),
    ("Whispering", "속삭이는"), ("Marble", "대리석"), ("Sleepless", "잠 못 드는"), ("Ninth", "아홉 번째"),
    ("Painted", "색칠한"), ("Feathered", "깃털 달린"), ("Folded", "접힌"), ("Mended", "고쳐 쓴"),
    ("Tin", "양철"), ("Cedar", "삼나무"), ("Clockwork", "태엽 감는"), ("Velvet", "벨벳"),
    ("Salted", "소금에 절인"), ("Wandering", "떠도는"), ("Forgetful", "잘 잊는"), ("Lantern", "초롱"),
    ("Quiet", "조용한"), ("Second-Hand", "중고"), ("Stubborn", "고집 센"), ("Moonlit", "달빛 어린"),
    ("Rusted", "녹슨"), ("Invisible", "보이지 않는"), ("Winter", "겨울"), ("Left-Handed", "왼손잡이"),
)  # fmt: skip

# Invented places.
PLACES: tuple[tuple[str, str], ...] = (
    ("Harrowmere", "하로미어"), ("Velisport", "벨리스포트"), ("Onderby", "온더비"), ("Kastrel", "카스트렐"),
    ("Marrowick", "매로윅"), ("Tolumbra", "톨룸브라"), ("Sandelune", "산델룬"), ("Norhaven", "노르헤이븐"),
    ("Pellorin", "펠로린"), ("Quillstead", "퀼스테드"), ("Aldermoss", "앨더모스"), ("Brisca", "브리스카"),
    ("Cindervale", "신더베일"), ("Dovecombe", "더브콤"), ("Elmsworth Bay", "엘름스워스만"), ("Farrowgate", "패로게이트"),
    ("Gallimore", "갤리모어"), ("Hyssop Hill", "히솝 언덕"), ("Iverloch", "아이버로크"), ("Jorundby", "요룬드뷔"),
    ("Kilnarrow", "킬내로"), ("Lusmere", "러스미어"), ("Mirabosc", "미라보스크"), ("Nethercroft", "네더크로프트"),
    ("Ostrava Minor", "오스트라바 미노르"), ("Puddingstone", "푸딩스톤"), ("Rivelin Cross", "리블린 크로스"),
    ("Sornholm", "소른홀름"), ("Thistlewick", "시슬윅"), ("Umberline", "엄벌라인"), ("Wexcombe", "웩스콤"),
    ("Yarrowdale", "야로데일"),
)  # fmt: skip

# Sentences of an overview: "After {event}, {hero} returns to {place} and finds {thing}."
# The Korean forms carry their particles.
EVENTS: tuple[tuple[str, str], ...] = (
    ("a long drought", "긴 가뭄"), ("eleven years at sea", "바다에서 보낸 열한 해"), ("the great blackout", "대정전"),
    ("losing a bet", "내기에 진"), ("the last harvest", "마지막 수확"), ("an unsent letter turns up", "부치지 않은 편지가 나타난"),
    ("the theatre closes", "극장이 문을 닫은"), ("a winter of bad luck", "불운한 겨울"), ("the wrong funeral", "엉뚱한 장례식"),
    ("a night of broken clocks", "시계가 모두 멈춘 밤"), ("the river changes its course", "강줄기가 바뀐"),
    ("a quiet resignation", "조용한 사직"),
)  # fmt: skip

HEROES: tuple[tuple[str, str], ...] = (
    ("a retired lighthouse keeper", "은퇴한 등대지기는"), ("a shy piano tuner", "수줍은 피아노 조율사는"),
    ("a young cartographer", "젊은 지도 제작자는"), ("the last ferry pilot", "마지막 나룻배 사공은"),
    ("a disgraced pastry chef", "명예를 잃은 제과사는"), ("a night-shift nurse", "야간 근무 간호사는"),
    ("an amateur astronomer", "아마추어 천문가는"), ("a pair of estranged sisters", "사이가 틀어진 두 자매는"),
    ("a travelling clock mender", "떠돌이 시계공은"), ("a sleepless radio host", "잠 못 드는 라디오 진행자는"),
    ("an honest forger", "정직한 위조범은"), ("a village schoolteacher", "마을 학교 교사는"),
    ("a stubborn beekeeper", "고집 센 양봉가는"), ("a former circus rider", "전직 서커스 기수는"),
    ("a translator of old songs", "옛 노래를 옮기는 번역가는"), ("a reluctant detective", "마지못해 나선 탐정은"),
    ("a boy who counts trains", "기차를 세는 소년은"), ("a widowed engineer", "홀로 남은 기술자는"),
    ("the mayor's driver", "시장의 운전기사는"), ("an apprentice locksmith", "견습 열쇠공은"),
)  # fmt: skip

THINGS: tuple[tuple[str, str], ...] = (
    ("a door that was never there before", "전에는 없던 문을"), ("a stranger wearing a familiar coat", "낯익은 외투를 입은 이방인을"),
    ("the whole town waiting in silence", "말없이 기다리는 온 마을을"), ("a ledger full of other people's secrets", "남의 비밀로 가득한 장부를"),
    ("a machine that predicts small disasters", "작은 재난을 예언하는 기계를"), ("a map of streets that do not exist", "있지도 않은 거리의 지도를"),
    ("an old rival in charge of everything", "모든 것을 쥐고 있는 옛 맞수를"), ("a letter dated tomorrow", "내일 날짜가 적힌 편지를"),
    ("the harbour frozen in the middle of July", "7월 한가운데 얼어붙은 항구를"), ("a garden that grows only at night", "밤에만 자라는 정원을"),
    ("a voice on a disconnected telephone", "선이 끊긴 전화기 속 목소리를"), ("a painting that changes every morning", "아침마다 바뀌는 그림을"),
    ("a debt that cannot be paid in money", "돈으로는 갚을 수 없는 빚을"), ("three keys and no locks", "자물쇠 없는 열쇠 세 개를"),
    ("a child who remembers the future", "앞날을 기억하는 아이를"), ("the missing half of a song", "노래의 잃어버린 반쪽을"),
    ("a house that is larger inside", "안이 더 넓은 집을"), ("a dog that knows the way", "길을 아는 개를"),
    ("a promise somebody else made", "누군가 대신 한 약속을"), ("a suitcase of dry leaves", "마른 잎이 든 여행 가방을"),
)  # fmt: skip

# The second sentence of an overview stands alone.
CLOSERS: tuple[tuple[str, str], ...] = (
    ("There are three days left before the tide comes back.", "밀물이 돌아오기까지 남은 시간은 사흘뿐이다."),
    ("Nobody in town wants the truth, and everybody wants the reward.", "진실을 바라는 이는 없고, 모두가 상금만 노린다."),
    ("What begins as a favour turns into the journey of a lifetime.", "가벼운 부탁은 어느새 평생의 여정이 된다."),
    ("The answer lies under the one street nobody will name.", "해답은 아무도 이름을 말하지 않는 거리 아래에 있다."),
    ("An unlikely friendship may be the only way home.", "뜻밖의 우정만이 집으로 가는 길일지 모른다."),
    ("Every night the bell rings once more than the night before.", "밤마다 종은 전날보다 한 번씩 더 울린다."),
    ("To save the village, somebody has to tell a better lie.", "마을을 구하려면 누군가 더 나은 거짓말을 해야 한다."),
    ("Only one witness remains, and she has stopped speaking.", "남은 목격자는 단 한 명, 그녀는 말을 잃었다."),
    ("Meanwhile, an auditor arrives with an empty briefcase.", "그사이 빈 가방을 든 감사관이 도착한다."),
    ("Some repairs take longer than a marriage.", "어떤 수리는 결혼 생활보다 오래 걸린다."),
    ("The past, it turns out, was only on loan.", "알고 보니 과거는 잠시 빌린 것이었다."),
    ("Winter is early this year, and so are the visitors.", "올해는 겨울도, 손님도 일찍 찾아온다."),
    ("It will take a concert, a flood and a second chance.", "연주회 한 번, 홍수 한 번, 그리고 두 번째 기회가 필요하다."),
    ("Both of them have until sunrise to decide.", "두 사람에게는 해 뜰 때까지의 시간이 있다."),
    ("No map shows the way out, so they draw one.", "나가는 길을 그린 지도가 없어 직접 그리기로 한다."),
    ("Everything depends on a train that stopped running years ago.", "모든 것은 오래전 끊긴 기차에 달려 있다."),
)  # fmt: skip

TAGLINES: tuple[tuple[str, str], ...] = (
    ("Bring a coat.", "외투를 챙기세요."), ("Some doors knock back.", "어떤 문은 되두드린다."),
    ("Home is a moving target.", "집은 움직이는 과녁이다."), ("Every clock lies a little.", "모든 시계는 조금씩 거짓말을 한다."),
    ("The tide keeps receipts.", "밀물은 영수증을 남긴다."), ("Nobody leaves by the front.", "정문으로 나간 사람은 없다."),
    ("Listen closely. Then run.", "잘 듣고, 달려라."), ("One town. One key. No lock.", "마을 하나, 열쇠 하나, 자물쇠는 없다."),
)  # fmt: skip

# Title parts of further original languages: sixteen noun phrases and sixteen complements, in the order of NOUNS and
# COMPLEMENTS. `prefix` says that the complement stands before the noun.
SMALL: dict[str, tuple[bool, tuple[str, ...], tuple[str, ...]]] = {
    "ja": (
        True,
        _words(
            "灯台|果樹園|渡し船|階段|庭|パン屋|橋|羅針盤|傘|バイオリン|風車|汽車|ランプ|鐘|地図|図書館"
        ),
        _words(
            "名もなき|真夜中の|雪の中の|北の|霧の中の|昨日の|海辺の|硝子の|月下の|冬の|七日間の|扉のない|雨の中の|紙の|夜明けの|沈黙の"
        ),
    ),
    "zh": (
        True,
        _words(
            "灯塔|果园|渡船|阶梯|花园|面包店|桥|罗盘|雨伞|小提琴|风车|火车|灯|钟|地图|图书馆"
        ),
        _words(
            "无名的|午夜的|雪中的|北方的|雾中的|昨日的|海边的|玻璃的|月下的|冬天的|七日的|无门的|雨中的|纸做的|黎明的|沉默的"
        ),
    ),
    "fr": (
        False,
        _words(
            "Le Phare|Le Verger|Le Bac|L'Escalier|Le Jardin|La Boulangerie|Le Pont|La Boussole|Le Parapluie|Le Violon|"
            "Le Moulin|Le Train|La Lampe|La Cloche|La Carte|La Bibliothèque"
        ),
        _words(
            "sans nom|à minuit|dans la neige|du nord|dans la brume|d'hier|au bord de la mer|de verre|sous la lune|en hiver|"
            "des sept jours|sans porte|sous la pluie|de papier|à l'aube|du silence"
        ),
    ),
    "es": (
        False,
        _words(
            "El faro|El huerto|La barca|La escalera|El jardín|La panadería|El puente|La brújula|El paraguas|El violín|"
            "El molino|El tren|La lámpara|La campana|El mapa|La biblioteca"
        ),
        _words(
            "sin nombre|a medianoche|en la nieve|del norte|en la niebla|de ayer|junto al mar|de cristal|bajo la luna|"
            "en invierno|de los siete días|sin puerta|bajo la lluvia|de papel|al alba|del silencio"
        ),
    ),
    "de": (
        False,
        _words(
            "Der Leuchtturm|Der Obstgarten|Die Fähre|Die Treppe|Der Garten|Die Bäckerei|Die Brücke|Der Kompass|"
            "Der Regenschirm|Die Geige|Die Windmühle|Der Zug|Die Lampe|Die Glocke|Die Karte|Die Bibliothek"
        ),
        _words(
            "ohne Namen|um Mitternacht|im Schnee|des Nordens|im Nebel|von gestern|am Meer|aus Glas|unter dem Mond|im Winter|"
            "der sieben Tage|ohne Tür|im Regen|aus Papier|im Morgengrauen|der Stille"
        ),
    ),
    "it": (
        False,
        _words(
            "Il faro|Il frutteto|Il traghetto|La scala|Il giardino|Il forno|Il ponte|La bussola|L'ombrello|Il violino|"
            "Il mulino|Il treno|La lampada|La campana|La mappa|La biblioteca"
        ),
        _words(
            "senza nome|a mezzanotte|nella neve|del nord|nella nebbia|di ieri|in riva al mare|di vetro|sotto la luna|"
            "d'inverno|dei sette giorni|senza porta|sotto la pioggia|di carta|all'alba|del silenzio"
        ),
    ),
    "pt": (
        False,
        _words(
            "O farol|O pomar|A balsa|A escada|O jardim|A padaria|A ponte|A bússola|O guarda-chuva|O violino|O moinho|"
            "O trem|A lâmpada|O sino|O mapa|A biblioteca"
        ),
        _words(
            "sem nome|à meia-noite|na neve|do norte|na névoa|de ontem|à beira-mar|de vidro|sob a lua|no inverno|"
            "dos sete dias|sem porta|na chuva|de papel|ao amanhecer|do silêncio"
        ),
    ),
    "ru": (
        False,
        _words(
            "Маяк|Сад яблонь|Паром|Лестница|Сад|Пекарня|Мост|Компас|Зонт|Скрипка|Мельница|Поезд|Лампа|Колокол|Карта|Библиотека"
        ),
        _words(
            "без имени|в полночь|в снегу|на севере|в тумане|из вчерашнего дня|у моря|из стекла|под луной|зимой|семи дней|без двери|"
            "под дождём|из бумаги|на рассвете|в тишине"
        ),
    ),
    "hi": (
        True,
        _words(
            "दीपस्तंभ|बाग़|नाव|सीढ़ी|बगीचा|बेकरी|पुल|कम्पास|छाता|वायलिन|पवनचक्की|रेलगाड़ी|दीया|घंटा|नक़्शा|पुस्तकालय"
        ),
        _words(
            "बेनाम|आधी रात में|बर्फ़ में|उत्तर में|कोहरे में|कल से|समुद्र किनारे|काँच के पीछे|चाँद तले|सर्दी में|सात दिन तक|बिना दरवाज़े के|"
            "बारिश में|काग़ज़ पर|भोर में|ख़ामोशी में"
        ),
    ),
}  # fmt: skip

# Overviews in further languages: each a text of its own, since whole sentences cannot be pieced together there.
STORIES: dict[str, tuple[str, ...]] = {
    "ja": _words(
        "引退した灯台守が故郷に戻ると、町には知らない扉がひとつ増えていた。|眠れない調律師が、壊れた時計の音を追いかける一夜の物語。|"
        "消えた汽車を待つ人々と、その切符を売り続ける少女の話。|二人の姉妹が、明日の日付の手紙をめぐって旅に出る。"
    ),
    "zh": _words(
        "退休的守塔人回到家乡,发现镇上多了一扇陌生的门。|失眠的调音师在一个夜晚追寻坏钟的声音。|"
        "人们等待一列消失的火车,而一个女孩仍在卖票。|两姐妹为了一封写着明天日期的信踏上旅途。"
    ),
    "fr": _words(
        "Un gardien de phare à la retraite rentre chez lui et trouve une porte de trop dans le village.|"
        "Une nuit durant, une accordeuse insomniaque suit le bruit d'une horloge cassée.|"
        "Des voyageurs attendent un train disparu, et une enfant continue de vendre les billets.|"
        "Deux sœurs partent sur la trace d'une lettre datée de demain."
    ),
    "es": _words(
        "Un farero jubilado vuelve a casa y encuentra en el pueblo una puerta de más.|"
        "Durante una noche, una afinadora insomne sigue el sonido de un reloj roto.|"
        "Unos viajeros esperan un tren desaparecido y una niña sigue vendiendo los billetes.|"
        "Dos hermanas siguen el rastro de una carta fechada mañana."
    ),
    "de": _words(
        "Ein pensionierter Leuchtturmwärter kehrt heim und findet im Dorf eine Tür zu viel.|"
        "Eine schlaflose Klavierstimmerin folgt eine Nacht lang dem Ticken einer kaputten Uhr.|"
        "Reisende warten auf einen verschwundenen Zug, und ein Kind verkauft weiter Fahrkarten.|"
        "Zwei Schwestern gehen einem Brief nach, der das Datum von morgen trägt."
    ),
    "it": _words(
        "Un guardiano del faro in pensione torna a casa e trova in paese una porta di troppo.|"
        "Per una notte un'accordatrice insonne segue il suono di un orologio rotto.|"
        "Alcuni viaggiatori aspettano un treno scomparso e una bambina continua a vendere i biglietti.|"
        "Due sorelle seguono le tracce di una lettera datata domani."
    ),
    "pt": _words(
        "Um faroleiro aposentado volta para casa e encontra uma porta a mais na vila.|"
        "Durante uma noite, uma afinadora insone segue o som de um relógio quebrado.|"
        "Viajantes esperam um trem desaparecido, e uma menina continua a vender as passagens.|"
        "Duas irmãs seguem o rastro de uma carta com a data de amanhã."
    ),
    "ru": _words(
        "Бывший смотритель маяка возвращается домой и находит в посёлке лишнюю дверь.|"
        "Всю ночь настройщица, которой не спится, идёт на звук сломанных часов.|"
        "Пассажиры ждут пропавший поезд, а девочка всё продаёт билеты.|"
        "Две сестры идут по следу письма с завтрашней датой."
    ),
    "hi": _words(
        "एक सेवानिवृत्त दीपस्तंभ रक्षक घर लौटता है और गाँव में एक अनजान दरवाज़ा पाता है।|"
        "एक रात, नींद से दूर एक महिला टूटी घड़ी की आवाज़ का पीछा करती है।|"
        "यात्री एक खोई हुई रेलगाड़ी की राह देखते हैं और एक बच्ची टिकट बेचती रहती है।|"
        "दो बहनें कल की तारीख़ वाले एक पत्र की खोज में निकलती हैं।"
    ),
}

GIVEN_NAMES = _words(
    "Ada|Bram|Celine|Dario|Elspeth|Farid|Greta|Hiro|Ines|Jonas|Kirsi|Luca|Minseo|Nadia|Oskar|Priya|Quentin|Rosa|"
    "Soren|Talia|Umar|Vera|Willem|Xenia|Yuna|Zoltan|Aurel|Brigid|Corin|Delphine|Emre|Fenna"
)
FAMILY_NAMES = _words(
    "Ashgrove|Bellweather|Corvane|Dunmarrow|Elderling|Fennimore|Gallowhay|Harkness-Vole|Ivesdale|Jarrowby|"
    "Kestelman|Lorrimond|Marchbanks-Roe|Nettlefold|Oakhanger|Pellingham|Quorndale|Rushmere|Silverlake-Oh|"
    "Tamberly|Underbrook|Vantress|Wickersby|Yellowlees|Zimmerlund|Ambrosetti-Kay|Brackwater|Clovelly|Dragomar|"
    "Estuario|Farthingale|Gwyndolen"
)
COMPANY_WORDS = _words(
    "Paper Lantern|Ninth Stair|Blue Kettle|Tin Orchard|Long Pier|Two Herons|Small Hours|Amber Gate|Quiet Engine|"
    "Crooked Mile|North Ferry|Salt Candle|Velvet Anchor|Open Umbrella|Last Tram|Cedar Room"
)
KEYWORD_WORDS = _words(
    "fight|alien|galaxy|lighthouse|small town|road trip|inheritance|night train|winter|old letters|sisters|clockmaker|island|"
    "secret society|radio|lost dog|rivalry|second chance|island ferry|memory|forgery|village festival|storm|fantasy"
)
