"""The languages that TMDB knows, and what they are called: ISO 639-1 with two former codes and two of TMDB's own."""

# ruff: noqa: RUF001 - own scripts
from __future__ import annotations

# Code and English name; behind = the language's own name, where TMDB has it.
_NAMES = (
    "xx No Language=No Language|aa Afar|af Afrikaans=Afrikaans|ak Akan|an Aragonese|as Assamese|av Avaric|"
    "ae Avestan|ay Aymara|az Azerbaijani=Azərbaycan|ba Bashkir|bm Bambara=Bamanankan|bi Bislama|bo Tibetan|"
    "br Breton|ca Catalan=Català|cs Czech=Český|ce Chechen|cu Slavic|cv Chuvash|kw Cornish|co Corsican|cr Cree|"
    "cy Welsh=Cymraeg|da Danish=Dansk|de German=Deutsch|dv Divehi|dz Dzongkha|eo Esperanto=Esperanto|"
    "et Estonian=Eesti|eu Basque=euskera|fo Faroese|fj Fijian|fi Finnish=suomi|fr French=Français|fy Frisian|"
    "ff Fulah=Fulfulde|gd Gaelic|ga Irish=Gaeilge|gl Galician=Galego|gv Manx|gn Guarani|gu Gujarati|"
    "ht Haitian; Haitian Creole|ha Hausa=Hausa|sh Serbo-Croatian|hz Herero|ho Hiri Motu|hr Croatian=Hrvatski|"
    "hu Hungarian=Magyar|ig Igbo|io Ido|ii Yi|iu Inuktitut|ie Interlingue|ia Interlingua|"
    "id Indonesian=Bahasa indonesia|ik Inupiaq|is Icelandic=Íslenska|it Italian=Italiano|jv Javanese|"
    "ja Japanese=日本語|kl Kalaallisut|kn Kannada|ks Kashmiri|kr Kanuri|kk Kazakh=қазақ|km Khmer|ki Kikuyu|"
    "rw Kinyarwanda=Kinyarwanda|ky Kirghiz|kv Komi|kg Kongo|ko Korean=한국어/조선말|kj Kuanyama|ku Kurdish|lo Lao|"
    "la Latin=Latin|lv Latvian=Latviešu|li Limburgish|ln Lingala|lt Lithuanian=Lietuvių|lb Letzeburgesch|"
    "lu Luba-Katanga|lg Ganda|mh Marshall|ml Malayalam|mr Marathi|mg Malagasy|mt Maltese=Malti|mo Moldavian|"
    "mn Mongolian|mi Maori|ms Malay=Bahasa melayu|my Burmese|na Nauru|nv Navajo|nr Ndebele|nd Ndebele|ng Ndonga|"
    "ne Nepali|nl Dutch=Nederlands|nn Norwegian Nynorsk|nb Norwegian Bokmål=Bokmål|no Norwegian=Norsk|"
    "ny Chichewa; Nyanja|oc Occitan|oj Ojibwa|or Oriya|om Oromo|os Ossetian; Ossetic|pi Pali|pl Polish=Polski|"
    "pt Portuguese=Português|qu Quechua|rm Raeto-Romance|ro Romanian=Română|rn Rundi=Kirundi|ru Russian=Pусский|"
    "sg Sango|sa Sanskrit|si Sinhalese=සිංහල|sk Slovak=Slovenčina|sl Slovenian=Slovenščina|se Northern Sami|"
    "sm Samoan|sn Shona|sd Sindhi|so Somali=Somali|st Sotho|es Spanish=Español|sq Albanian=shqip|sc Sardinian|"
    "sr Serbian=Srpski|ss Swati|su Sundanese|sw Swahili=Kiswahili|sv Swedish=svenska|ty Tahitian|ta Tamil=தமிழ்|"
    "tt Tatar|te Telugu=తెలుగు|tg Tajik|tl Tagalog|th Thai=ภาษาไทย|ti Tigrinya|to Tonga|tn Tswana|ts Tsonga|"
    "tk Turkmen|tr Turkish=Türkçe|tw Twi|ug Uighur|uk Ukrainian=Український|ur Urdu=اردو|uz Uzbek=ozbek|ve Venda|"
    "vi Vietnamese=Tiếng Việt|vo Volapük|wa Walloon|wo Wolof=Wolof|xh Xhosa|yi Yiddish|za Zhuang|zu Zulu=isiZulu|"
    "ab Abkhazian|zh Mandarin=普通话|ps Pushto=پښتو|am Amharic|ar Arabic=العربية|bg Bulgarian=български език|"
    "cn Cantonese=广州话 / 廣州話|mk Macedonian|el Greek=ελληνικά|fa Persian=فارسی|he Hebrew=עִבְרִית|"
    "hi Hindi=हिन्दी|hy Armenian|en English=English|ee Ewe=Èʋegbe|ka Georgian=ქართული|pa Punjabi=ਪੰਜਾਬੀ|"
    "bn Bengali=বাংলা|bs Bosnian=Bosanski|ch Chamorro|be Belarusian=беларуская мова|yo Yoruba=Èdè Yorùbá"
)

LANGUAGE_NAMES: dict[str, tuple[str, str]] = {}
for _entry in _NAMES.split("|"):
    _english, _, _own = _entry[3:].partition("=")
    LANGUAGE_NAMES[_entry[:2]] = (_english, _own)
