"""The countries that TMDB knows, and what they are called: ISO 3166-1, former countries and some codes of its own."""

from __future__ import annotations

# Code and English name; behind = the name that the site shows, where it is another one.
_NAMES = (
    "AD Andorra|AE United Arab Emirates|AF Afghanistan|AG Antigua and Barbuda|AI Anguilla|AL Albania|AM Armenia|"
    "AN Netherlands Antilles|AO Angola|AQ Antarctica|AR Argentina|AS American Samoa|AT Austria|AU Australia|"
    "AW Aruba|AZ Azerbaijan|BA Bosnia and Herzegovina=Bosnia & Herzegovina|BB Barbados|BD Bangladesh|BE Belgium|"
    "BF Burkina Faso|BG Bulgaria|BH Bahrain|BI Burundi|BJ Benin|BM Bermuda|BN Brunei Darussalam=Brunei|BO Bolivia|"
    "BR Brazil|BS Bahamas|BT Bhutan|BU Burma|BV Bouvet Island|BW Botswana|BY Belarus|BZ Belize|CA Canada|"
    "CC Cocos Islands=Cocos (Keeling) Islands|CD Congo=Democratic Republic of the Congo (Kinshasa)|"
    "CF Central African Republic|CG Congo=Republic of the Congo (Brazzaville)|CH Switzerland|"
    "CI Cote D'Ivoire=Côte d'Ivoire|CK Cook Islands|CL Chile|CM Cameroon|CN China|CO Colombia|CR Costa Rica|"
    "CS Serbia and Montenegro|CU Cuba|CV Cape Verde|CX Christmas Island|CY Cyprus|CZ Czech Republic|DE Germany|"
    "DJ Djibouti|DK Denmark|DM Dominica|DO Dominican Republic|DZ Algeria|EC Ecuador|EE Estonia|EG Egypt|"
    "EH Western Sahara|ER Eritrea|ES Spain|ET Ethiopia|FI Finland|FJ Fiji|FK Falkland Islands|FM Micronesia|"
    "FO Faeroe Islands=Faroe Islands|FR France|GA Gabon|GB United Kingdom|GD Grenada|GE Georgia|GF French Guiana|"
    "GH Ghana|GI Gibraltar|GL Greenland|GM Gambia|GN Guinea|GP Guadaloupe=Guadeloupe|GQ Equatorial Guinea|"
    "GR Greece|GS South Georgia and the South Sandwich Islands=South Georgia & South Sandwich Islands|GT Guatemala|"
    "GU Guam|GW Guinea-Bissau|GY Guyana|HK Hong Kong=Hong Kong SAR China|"
    "HM Heard and McDonald Islands=Heard & McDonald Islands|HN Honduras|HR Croatia|HT Haiti|HU Hungary|"
    "ID Indonesia|IE Ireland|IL Israel|IN India|IO British Indian Ocean Territory|IQ Iraq|IR Iran|IS Iceland|"
    "IT Italy|JM Jamaica|JO Jordan|JP Japan|KE Kenya|KG Kyrgyz Republic=Kyrgyzstan|KH Cambodia|KI Kiribati|"
    "KM Comoros|KN St. Kitts and Nevis=St. Kitts & Nevis|KP North Korea|KR South Korea|KW Kuwait|KY Cayman Islands|"
    "KZ Kazakhstan|LA Lao People's Democratic Republic=Laos|LB Lebanon|LC St. Lucia|LI Liechtenstein|LK Sri Lanka|"
    "LR Liberia|LS Lesotho|LT Lithuania|LU Luxembourg|LV Latvia|LY Libyan Arab Jamahiriya=Libya|MA Morocco|"
    "MC Monaco|MD Moldova|ME Montenegro|MG Madagascar|MH Marshall Islands|MK Macedonia|ML Mali|"
    "MM Myanmar=Myanmar (Burma)|MN Mongolia|MO Macao=Macau SAR China|MP Northern Mariana Islands|MQ Martinique|"
    "MR Mauritania|MS Montserrat|MT Malta|MU Mauritius|MV Maldives|MW Malawi|MX Mexico|MY Malaysia|MZ Mozambique|"
    "NA Namibia|NC New Caledonia|NE Niger|NF Norfolk Island|NG Nigeria|NI Nicaragua|NL Netherlands|NO Norway|"
    "NP Nepal|NR Nauru|NU Niue|NZ New Zealand|OM Oman|PA Panama|PE Peru|PF French Polynesia|PG Papua New Guinea|"
    "PH Philippines|PK Pakistan|PL Poland|PM St. Pierre and Miquelon=St. Pierre & Miquelon|"
    "PN Pitcairn Island=Pitcairn Islands|PR Puerto Rico|PS Palestinian Territory=Palestinian Territories|"
    "PT Portugal|PW Palau|PY Paraguay|QA Qatar|RE Reunion=Réunion|RO Romania|RS Serbia|RU Russia|RW Rwanda|"
    "SA Saudi Arabia|SB Solomon Islands|SC Seychelles|SD Sudan|SE Sweden|SG Singapore|SH St. Helena|SI Slovenia|"
    "SJ Svalbard & Jan Mayen Islands=Svalbard & Jan Mayen|SK Slovakia|SL Sierra Leone|SM San Marino|SN Senegal|"
    "SO Somalia|SR Suriname|SS South Sudan|ST Sao Tome and Principe=São Tomé & Príncipe|SU Soviet Union|"
    "SV El Salvador|SY Syrian Arab Republic=Syria|SZ Swaziland=Eswatini (Swaziland)|"
    "TC Turks and Caicos Islands=Turks & Caicos Islands|TD Chad|TF French Southern Territories|TG Togo|TH Thailand|"
    "TJ Tajikistan|TK Tokelau|TL Timor-Leste|TM Turkmenistan|TN Tunisia|TO Tonga|TP East Timor|TR Turkey|"
    "TT Trinidad and Tobago=Trinidad & Tobago|TV Tuvalu|TW Taiwan|TZ Tanzania|UA Ukraine|UG Uganda|"
    "UM United States Minor Outlying Islands=U.S. Outlying Islands|US United States of America=United States|"
    "UY Uruguay|UZ Uzbekistan|VA Holy See=Vatican City|VC St. Vincent and the Grenadines=St. Vincent & Grenadines|"
    "VE Venezuela|VG British Virgin Islands|VI US Virgin Islands=U.S. Virgin Islands|VN Vietnam|VU Vanuatu|"
    "WF Wallis and Futuna Islands=Wallis & Futuna|WS Samoa|XC Czechoslovakia|XG East Germany|XI Northern Ireland|"
    "XK Kosovo|YE Yemen|YT Mayotte|YU Yugoslavia|ZA South Africa|ZM Zambia|ZR Zaire|ZW Zimbabwe"
)

COUNTRY_NAMES: dict[str, tuple[str, str]] = {}
for _entry in _NAMES.split("|"):
    _english, _, _shown = _entry[3:].partition("=")
    COUNTRY_NAMES[_entry[:2]] = (_english, _shown or _english)

# Where invented movies and companies come from.
MAKING_COUNTRIES = (
    "AU", "BR", "CA", "CN", "DE", "DK", "ES", "FR", "GB", "HK", "IN", "IT", "JP", "KR", "NL", "PL", "RU", "SE", "TR",
    "US",
)  # fmt: skip

# Where movies can be watched: the countries that JustWatch serves, as far as known in 2026.
_REGIONS = (
    "AD AE AG AL AO AR AT AU AZ BA BB BE BF BG BH BM BO BR BS BY BZ CA CD CH CI CL CM CO CR CU CV CY CZ DE DK DO DZ "
    "EC EE EG ES FI FJ FR GB GF GH GI GQ GR GT GY HK HN HR HU ID IE IL IN IQ IS IT JM JO JP KE KR KW LB LC LI LT LU "
    "LV LY MA MC MD ME MG MK ML MT MU MW MX MY MZ NE NG NI NL NO NZ OM PA PE PF PG PH PK PL PS PT PY QA RO RS RU SA "
    "SC SE SG SI SK SM SN SV TC TD TH TN TR TT TW TZ UA UG US UY UZ VA VE XK YE ZA ZM ZW"
)
WATCH_REGIONS = tuple(_REGIONS.split())
