/* Signs of damage: each with what looks like it and is none. */
#include "model/sign.h"

#include "base/text.h"
#include "model/spelling.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static const struct {
	const char *text;
	enum sign sign;
} wholes[] = {
    /* Excel in English, German, French, Dutch, Polish, Russian, Japanese, Korean; LibreOffice */
    {"2-Jan", SIGN_DATE},
    {"31-DEC", SIGN_DATE},
    {"02. Jan", SIGN_DATE},
    {"2. Mrz", SIGN_DATE},
    {"Mrz 20", SIGN_DATE},
    {"2-janv.", SIGN_DATE},
    {"12-févr", SIGN_DATE},
    {"3-août", SIGN_DATE},
    {"2-mrt", SIGN_DATE},
    {"05.paź", SIGN_DATE},
    {"05.янв", SIGN_DATE},
    {"9月9日", SIGN_DATE},
    {"2026年1月2日", SIGN_DATE},
    {"1월 2일", SIGN_DATE},
    {"Jan-02", SIGN_DATE},
    {"2-Jan-26", SIGN_DATE},
    {"12-feb-2026", SIGN_DATE},
    {"1/2/26", SIGN_DATE},
    {"1/2/2026", SIGN_DATE},
    {"11/12/2026", SIGN_DATE},
    {"1/2/2026 0:00", SIGN_DATE},
    {"1/2/2026 12:00:00 AM", SIGN_DATE},
    {"01.02.26", SIGN_DATE},
    {"01.02.2026", SIGN_DATE},
    {"1.2.2026", SIGN_DATE},
    {"2-1-2026", SIGN_DATE},
    {"2026/1/2", SIGN_DATE},
    {"2026. 01. 02.", SIGN_DATE},
    {"2026-01-02 00:00:00", SIGN_DATE}, /* pandas */
    {"2026-01-02T00:00:00.000Z", SIGN_DATE},
    {"2026-02-01", SIGN_NONE}, /* people write that */
    {"1.2.26", SIGN_NONE},     /* a version */
    {"1.2.10", SIGN_NONE},
    {"2-Jam", SIGN_NONE},
    {"2-Ja", SIGN_NONE},
    {"2-Janu", SIGN_NONE},
    {"24 marketing", SIGN_NONE},
    {"3 Decisions", SIGN_NONE},
    {"Mar 5 release notes", SIGN_NONE},
    {"On 2-Jan", SIGN_NONE},
    {"March", SIGN_NONE},
    {"1/2", SIGN_NONE},
    {"24/7", SIGN_NONE},
    {"12:30", SIGN_TIME},
    {"12:30:00", SIGN_TIME},
    {"1:02:00 AM", SIGN_TIME},
    {"47:30.0", SIGN_TIME},
    {"0 days 12:30:00", SIGN_TIME},
    {"1:1", SIGN_NONE},
    {"1:1 mapping", SIGN_NONE},
    {"12:30 lunch", SIGN_NONE},
    {"1E+11", SIGN_ROUNDED},
    {"1.2E+11", SIGN_ROUNDED},
    {"1,23457E+11", SIGN_ROUNDED},
    {"1.234567890123e+16", SIGN_ROUNDED},
    {"1.E+11", SIGN_NONE},
    {"1.23457E11", SIGN_NONE},
    {"12E+11", SIGN_NONE},
    {"1e3", SIGN_NONE},
    {"#NAME?", SIGN_ERROR},
    {"#DIV/0!", SIGN_ERROR},
    {"#N/A", SIGN_ERROR},
    {"#SPILL!", SIGN_ERROR},
    {"#ERROR!", SIGN_ERROR},
    {"#BEZUG!", SIGN_ERROR},
    {"#ÜBERLAUF!", SIGN_ERROR},
    {"#NOM?", SIGN_ERROR},
    {"#¡VALOR!", SIGN_ERROR},
    {"#¿NOMBRE?", SIGN_ERROR},
    {"#NV", SIGN_ERROR},
    {"#N/D", SIGN_ERROR},
    {"#ССЫЛКА!", SIGN_ERROR},
    {"#Н/Д", SIGN_ERROR},
    {"Err:502", SIGN_ERROR},
    {"Loading...", SIGN_ERROR},
    {"Wird geladen...", SIGN_ERROR},
    {"#name?", SIGN_NONE},
    {"#hashtag", SIGN_NONE},
    {"#A!", SIGN_NONE},
    {"#1!", SIGN_NONE},
    {"Why #NAME? is shown", SIGN_NONE},
    {"Err:50", SIGN_NONE},
    {"Loading", SIGN_NONE},
    {"##", SIGN_NARROW},
    {"###########", SIGN_NARROW},
    {"#", SIGN_NONE},
    {"### 3", SIGN_NONE},
    {"1.5E-07", SIGN_ROUNDED},
    {"-1.2E+10", SIGN_ROUNDED},
    {"1.23E+100", SIGN_ROUNDED},
    {"янв.26", SIGN_DATE},
    {"jan.02", SIGN_DATE},
    {"02.січ", SIGN_DATE},
    {"2026年1月", SIGN_DATE},
    {"mar26", SIGN_NONE},
    {"Fehler:502", SIGN_ERROR},
    {"#GETTING_DATA", SIGN_ERROR},
    {"-5", SIGN_NONE},
    {".nan", SIGN_NULL},
    {"[object Object]", SIGN_NULL},
    {"nan", SIGN_NULL},
    {"None", SIGN_NULL},
    {"NULL", SIGN_NULL},
    {"\\N", SIGN_NULL},
    {"N/A", SIGN_NULL},
    {"<NA>", SIGN_NULL},
    {"undefined", SIGN_NULL},
    {"None of the above", SIGN_NONE},
    {"none", SIGN_NONE},
    {"Nan", SIGN_NONE}, /* a name */
    {"N", SIGN_NONE},
    {"Null pointer", SIGN_NONE},
    /* the same in other languages and programs */
    {"01.Feb", SIGN_DATE},
    {"2月1日", SIGN_DATE},
    {"févr-01", SIGN_DATE},
    {"1-févr.", SIGN_DATE},
    {"févr.-26", SIGN_DATE},
    {"2 feb 2026", SIGN_DATE},
    {"01.úno", SIGN_DATE},
    {"2026-02-01T00:00:00+00:00", SIGN_DATE},
    {"2026-02-01 00:00:00+00:00", SIGN_DATE},
    {"febr. 1.", SIGN_DATE},
    {"1.2.2026.", SIGN_DATE},
    {"1 февр.", SIGN_DATE},
    {"Φεβ-26", SIGN_DATE},
    {"2026年2月1日 00:00", SIGN_DATE},
    {"01-Feb-2026 00:00:00", SIGN_DATE},
    {"01-1月-26", SIGN_DATE},
    {"2-ott", SIGN_DATE},
    {"1-velj", SIGN_DATE},
    {"2-jaan", SIGN_DATE},
    {"Mrz 26", SIGN_DATE},
    {"Mar-10", SIGN_DATE},
    {"1:02:00 a.m.", SIGN_TIME},
    {"1:02:00 p. m.", SIGN_TIME},
    {"1:02:00 μμ", SIGN_TIME},
    {"上午1:02:00", SIGN_TIME},
    {"오후 1:02:00", SIGN_TIME},
    {"100:30:00", SIGN_TIME},
    {"10 days 03:04:05", SIGN_TIME},
    {"1 day, 2:03:04", SIGN_TIME},
    {"1E+05", SIGN_ROUNDED},
    {"1,23E+11", SIGN_ROUNDED},
    {"9E-05", SIGN_ROUNDED},
    {"#¡REF!", SIGN_ERROR},
    {"#ИМЯ?", SIGN_ERROR},
    {"#ЗНАЧ!", SIGN_ERROR},
    {"#DEĞER!", SIGN_ERROR},
    {"#NAZWA?", SIGN_ERROR},
    {"#HODNOTA!", SIGN_ERROR},
    {"#ÉRTÉK!", SIGN_ERROR},
    {"#NOM ?", SIGN_ERROR},
    {"#Δ/Υ", SIGN_ERROR},
    {"#N/A N/A", SIGN_ERROR},
    {"#DATEN_ABRUFEN", SIGN_ERROR},
    {"Fout:502", SIGN_ERROR},
    {"Hiba:502", SIGN_ERROR},
    {"Virhe:502", SIGN_ERROR},
    {"오류:502", SIGN_ERROR},
    {"-", SIGN_NULL},
    {"--", SIGN_NULL},
    {"—", SIGN_NULL},
    {"–", SIGN_NULL},
    {"N.A.", SIGN_NULL},
    {"n.v.", SIGN_NULL},
    {"k. A.", SIGN_NULL},
    {"n/d", SIGN_NULL},
    {"ei ole", SIGN_NULL},
    {"н/д", SIGN_NULL},
    {"なし", SIGN_NULL},
    {"(leer)", SIGN_NULL},
    {"<nil>", SIGN_NULL},
    {"[]", SIGN_NULL},
    {"%!s(<nil>)", SIGN_NULL},
    {"DBNull", SIGN_NULL},
    {"#n/a", SIGN_ERROR},
    {"#value!", SIGN_ERROR},
    {"#DIV/0", SIGN_ERROR},
    {"Янв-26", SIGN_DATE},
    {"1:02:00 p.\u00a0m.", SIGN_TIME},
    {"Database", SIGN_NONE},
    {"{}", SIGN_NULL},
    {"\"\"", SIGN_NULL},
    {"inf", SIGN_NULL},
    {"1.#INF", SIGN_NULL},
    {"[None]", SIGN_NULL},
    {"1.2.3.4", SIGN_NONE},
    {"10.0.0.1", SIGN_NONE},
    {"2026.02.01", SIGN_NONE},
    {"V2.1.1", SIGN_NONE},
    {"A01:2021", SIGN_NONE},
    {"ISO/IEC 27001:2022", SIGN_NONE},
    {"NIST SP 800-53", SIGN_NONE},
    {"PCI DSS 4.0", SIGN_NONE},
    {"CWE-79", SIGN_NONE},
    {"CVE-2021-44228", SIGN_NONE},
    {"FIPS 140-3", SIGN_NONE},
    {"IEC 62443-4-2", SIGN_NONE},
    {"TLS 1.3", SIGN_NONE},
    {"16:9", SIGN_NONE},
    {"25:75", SIGN_NONE},
    {"Mars 20", SIGN_NONE},
    {"Set 10", SIGN_NONE},
    {"Pro 11", SIGN_NONE},
    {"Gen 12", SIGN_NONE},
    {"GEN-01", SIGN_NONE},
    {"SET-01", SIGN_NONE},
    {"OUT-01", SIGN_NONE},
    {"JAN-02", SIGN_NONE},
    {"DEC-10", SIGN_NONE},
    {"Nov 1", SIGN_NONE},
    {"May 2 release", SIGN_NONE},
    {"Error: timeout", SIGN_NONE},
    {"Error handling", SIGN_NONE},
    {"HTTP 500", SIGN_NONE},
    {"#channel", SIGN_NONE},
    {"#NoFilter", SIGN_NONE},
    {"Why #REF! appears", SIGN_NONE},
    {"1E+05 is a number", SIGN_NONE},
    {"Undefined", SIGN_NONE},
    {"Infinity", SIGN_NONE},
    {"none", SIGN_NONE},
    {"Nil", SIGN_NONE},
    {"missing", SIGN_NONE},
    {"a — b", SIGN_NONE},
    {"-- none --", SIGN_NONE},
    {"[x]", SIGN_NONE},
    {"C++", SIGN_NONE},
    {"#REF and more", SIGN_NONE},
    {"k8s", SIGN_NONE},
    {"info", SIGN_NONE},
    {"infra", SIGN_NONE},
    {"b/w", SIGN_NONE},
    {"-1", SIGN_NONE},
    {"n.vv", SIGN_NONE},
    {"2 days", SIGN_NONE},
    {"1 day, later", SIGN_NONE},
    {"7 月", SIGN_NONE},
    {"--force", SIGN_NONE},
    {"", SIGN_NONE},
    {"text", SIGN_NONE},
};

static void
values_are_told_from_what_they_became(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(wholes); i++) {
		enum sign sign = spelling_sign(wholes[i].text, strlen(wholes[i].text));
		if (sign != wholes[i].sign)
			fail_msg("%s: %s", wholes[i].text, signs[sign].name);
	}
	assert_int_equal(spelling_sign("2-Jan\0", 6), SIGN_NONE);
	assert_int_equal(spelling_sign("2-Jan x", 5), SIGN_DATE);
}

static const struct {
	const char *text;
	enum sign line, lines; /* in a field of one line, in one of many */
	size_t at;
} characters[] = {
    {"caf\ufffd", SIGN_REPLACED, SIGN_REPLACED, 3},
    {"don\u00e2\u20ac\u2122t", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 3},
    {"Gr\u00c3\u00bc\u00c3\u0178e", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 2},
    {"caf\u00c3\u00a9", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 3},
    {"\u00c2\u00a9 2026", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 0},
    {"\u00f0\u0178\u02dc\u20ac", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 0},
    {"\u00d0\u0178\u00d1\u20ac\u00d0\u00b8", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 0},
    {"d\u00c3\u00aener", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 1},
    {"\u00c3\u2013ffnen", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 0},
    {"Ko\u00c5\u00a1ice", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 2},
    {"\u00c3\u00a0 la carte", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 0},
    {"don\u201a\u00c4\u00f4t", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 3}, /* Mac */
    {"\u0420\u045f\u0421\u0402\u0420\u0451", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 0},
    {"\u0421\u0456\u043b\u044c", SIGN_NONE, SIGN_NONE, 0}, /* Ukrainian */
    {"5 \u00c5\u00b2, \u00d8\u00b12 mm", SIGN_NONE, SIGN_NONE, 0},
    {"CAF\u00c9\u2019S \u00c9\u2013A", SIGN_NONE, SIGN_NONE, 0},
    {"s\u00c3\u00ad", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 1},
    {"Gr\u251c\u255de", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 2}, /* DOS */
    {"Gr\u221a\u00bae", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 2}, /* Mac */
    {"\u00ab MA\u00c7\u00c3\u00bb", SIGN_NONE, SIGN_NONE, 0},       /* a quote after a capital */
    {"\u00abCAF\u00c9\u00bb", SIGN_NONE, SIGN_NONE, 0},
    {"PAPA\u00c3\u201d", SIGN_NONE, SIGN_NONE, 0},
    {"\u00c5ngstr\u00f6m, na\u00efve, \u00c9lan, S\u00e3o, 100\u00b0", SIGN_NONE, SIGN_NONE, 0},
    {"\u251c\u2500 src", SIGN_NONE, SIGN_NONE, 0},
    {"\u221a2 \u221a\u03c0", SIGN_NONE, SIGN_NONE, 0},
    {"\u041f\u0440\u0438\u0432\u0435\u0442, \u4e16\u754c", SIGN_NONE, SIGN_NONE, 0},
    {"Gr\u0102\u013d\u0102\u017ae", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 2}, /* Windows-1250 */
    {"\u0102\u015bbersicht", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 0},
    {"has\u0139\u201ao", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 3},
    {"caf\u0102\u0160", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 3}, /* ISO 8859-2 */
    {"f\u0413\u0458r", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 1},  /* Windows-1251 */
    {"don\u0432\u0402\u2122t", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 3},
    {"\u0412\u00a9 2026", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 0},
    {"\u0413\u2013ffnen", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 0},
    {"l\u03b2\u20ac\u2122acc\u0393\u00a8s", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED,
	1},                                                                     /* Windows-1253 */
    {"Gr\u0446\u2564\u0446\u00f7e", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 2}, /* KOI8-R */
    {"\u0411\u2500\u00b0quoted\u0411\u2500\u00b2", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 0},
    {"Stra\u251c\u042fe", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 4},      /* IBM 866 */
    {"don\u00d4\u00c7\u00d6t", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 3}, /* IBM 850 */
    {"bezpiecze\u253c\u00e4stwo", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 9},
    {"\u2568\u0192\u2564\u00c7\u2568\u255b\u2568\u2593\u2568\u2561\u2564\u00c7\u2568\u2551\u2568"
     "\u2591",
	SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 0},                 /* IBM 437 */
    {"caf\u221a\u00a9", SIGN_TWICE_ENCODED, SIGN_TWICE_ENCODED, 3}, /* Mac */
    {"\u2013\u2020\u2013\u00e6\u2014\u00c5\u2014\u00c5\u2013\u220f\u2014\u00e8", SIGN_TWICE_ENCODED,
	SIGN_TWICE_ENCODED, 0},
    {"l\u2019\u00e9t\u00e9", SIGN_NONE, SIGN_NONE, 0},
    {"\u00ab\u00c9tat\u00bb", SIGN_NONE, SIGN_NONE, 0},
    {"\u00da\u017easn\u00fd, \u010c\u00ed\u017e", SIGN_NONE, SIGN_NONE, 0},
    {"P\u0158\u00cd\u0160T\u00cd \u00da\u017dASN\u00dd", SIGN_NONE, SIGN_NONE, 0},
    {"M\u0102\u015eTI", SIGN_NONE, SIGN_NONE, 0},
    {"\u0435\u0451 \u0412\u0421\u0401", SIGN_NONE, SIGN_NONE, 0},
    {"\u043a\u043e\u043f\u0456\u0457 \u0434\u0456\u0457", SIGN_NONE, SIGN_NONE, 0},
    {"\u0412\u00a0API", SIGN_NONE, SIGN_NONE, 0},
    {"\u0441\u0430\u0434", SIGN_NONE, SIGN_NONE, 0},
    {"\u255a\u255d", SIGN_NONE, SIGN_NONE, 0},
    {"\u2588\u2592 50%", SIGN_NONE, SIGN_NONE, 0},
    {"\u2514\u2500\u2500 a", SIGN_NONE, SIGN_NONE, 0},
    {"g\u00f3\u00f0an r\u00e1\u00f0\u00e1", SIGN_NONE, SIGN_NONE, 0},
    {"\u0391\u0392 \u0386\u03bd\u03b8\u03c1\u03c9\u03c0\u03bf\u03c2", SIGN_NONE, SIGN_NONE, 0},
    {"Vi\u1ec7t Nam", SIGN_NONE, SIGN_NONE, 0},
    {"Spa\u00df\u201c wei\u00df\u2026 gro\u00df\u00a0und Gro\u00df\u2014und", SIGN_NONE, SIGN_NONE,
	0},
    {"der Fu\u00df\u00bb Fu\u00df\u00b2", SIGN_NONE, SIGN_NONE, 0},
    {"\u041c\u0406\u041d\u0406 \u0422\u0406\u041d\u0406 \u0421\u0406\u0420\u0406", SIGN_NONE,
	SIGN_NONE, 0},
    {"\u0412\u0406\u041a\u0406 \u0442\u0430", SIGN_NONE, SIGN_NONE, 0},
    {"\u0442\u0414\u0430\u043d\u043d\u044b\u0435 \u0442\u0410\u0434\u0440\u0435\u0441", SIGN_NONE,
	SIGN_NONE, 0},
    {"\u0442\u0410", SIGN_NONE, SIGN_NONE, 0},
    {"\u0393\u00c7", SIGN_NONE, SIGN_NONE, 0},
    {"x\u2248\u03c0 \u221a\u03c0r km\u2044\u00b5s", SIGN_NONE, SIGN_NONE, 0},
    {"\u0412\u2116"
     "5 \u0412\u00a7"
     "5 \u0412\u20ac"
     "10",
	SIGN_NONE, SIGN_NONE, 0},
    {"\u0102\u015ftia", SIGN_NONE, SIGN_NONE, 0},
    {"a\u200bb", SIGN_INVISIBLE, SIGN_NONE, 1},
    {"a\u00adb", SIGN_INVISIBLE, SIGN_NONE, 1},
    {"a\u200db", SIGN_INVISIBLE, SIGN_NONE, 1},
    {"a\u200eb", SIGN_INVISIBLE, SIGN_NONE, 1},
    {"\U0001f469\u200d\U0001f4bb", SIGN_NONE, SIGN_NONE, 0},                       /* an emoji */
    {"\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", SIGN_NONE, SIGN_NONE, 0}, /* Persian */
    {"\u05d0\u200f (a)", SIGN_NONE, SIGN_NONE, 0},                                 /* Hebrew */
    {"if (admin\u202e) {", SIGN_DIRECTION, SIGN_DIRECTION, 9},
    {"\u05d0 \u202aC++\u202c", SIGN_NONE, SIGN_NONE, 0}, /* an embedding in Hebrew */
    {"\u05d0\u202eb", SIGN_DIRECTION, SIGN_DIRECTION, 2},
    {"a\u2066b\u2069", SIGN_DIRECTION, SIGN_DIRECTION, 1},
    {"'=1+1", SIGN_APOSTROPHE, SIGN_APOSTROPHE, 0},
    {"'- item", SIGN_APOSTROPHE, SIGN_APOSTROPHE, 0},
    {"'-' is a dash", SIGN_NONE, SIGN_NONE, 0},
    {"'90s", SIGN_NONE, SIGN_NONE, 0},
    {"'quoted'", SIGN_NONE, SIGN_NONE, 0},
    {"plain", SIGN_NONE, SIGN_NONE, 0},
    {"Gr??e", SIGN_REPLACED, SIGN_REPLACED, 2},
    {"??????", SIGN_REPLACED, SIGN_REPLACED, 0},
    {"Stra?e", SIGN_REPLACED, SIGN_NONE, 4},
    {"M?ller", SIGN_REPLACED, SIGN_NONE, 1},
    {"I don?t, and you?re late.", SIGN_REPLACED, SIGN_REPLACED, 5},
    {"it?s", SIGN_REPLACED, SIGN_REPLACED, 2},
    {"it?s/", SIGN_NONE, SIGN_NONE, 0},
    {"colou?r in [a-z]+", SIGN_NONE, SIGN_NONE, 0},
    {"index.php?s=1, x?t=2 /a?b", SIGN_NONE, SIGN_NONE, 0},
    {"Who? Why?", SIGN_NONE, SIGN_NONE, 0},
    {"`it?s`", SIGN_NONE, SIGN_NONE, 0},
    {"What??", SIGN_NONE, SIGN_NONE, 0},
    {"C# a ?? b", SIGN_NONE, SIGN_NONE, 0},
    {"`a??b`", SIGN_NONE, SIGN_NONE, 0},
    {"https://x.org/a?b=c", SIGN_NONE, SIGN_NONE, 0},
    {"(?:a|b)??c", SIGN_NONE, SIGN_NONE, 0},
    {"a_x000D_", SIGN_ESCAPED, SIGN_ESCAPED, 1},
    {"max_x_value_x00_", SIGN_NONE, SIGN_NONE, 0},
    {"a &amp; b", SIGN_ESCAPED, SIGN_NONE, 2},
    {"it&#39;s", SIGN_ESCAPED, SIGN_NONE, 2},
    {"it&#x27;s", SIGN_ESCAPED, SIGN_NONE, 2},
    {"Gr&uuml;n", SIGN_ESCAPED, SIGN_NONE, 2},
    {"AT&T; R&D; Q&A", SIGN_NONE, SIGN_NONE, 0},
    {"salt&pepper; &", SIGN_NONE, SIGN_NONE, 0},
    {"&#; &; &#ab; ?a=1&result; &default;", SIGN_NONE, SIGN_NONE, 0},
    {"&#xFC;&#XFC;", SIGN_ESCAPED, SIGN_NONE, 0},
    {"5&euro;", SIGN_ESCAPED, SIGN_NONE, 1},
    {"Gr\\u00fcn", SIGN_ESCAPED, SIGN_ESCAPED, 2},
    {"\\u041f\\u0440", SIGN_ESCAPED, SIGN_NONE, 0},
    {"[a-z\\u00c0-\\u017f]", SIGN_ESCAPED, SIGN_NONE, 4},
    {"\\u0000 and \\u001fa", SIGN_NONE, SIGN_NONE, 0},
    {"R\\u0026D", SIGN_ESCAPED, SIGN_NONE, 1},
    {"C:\\users\\u12", SIGN_NONE, SIGN_NONE, 0},
    {"R&D", SIGN_NONE, SIGN_NONE, 0},
    {"Encode & as entity", SIGN_NONE, SIGN_NONE, 0},
    {"AT&T;x", SIGN_NONE, SIGN_NONE, 0},
    {"", SIGN_NONE, SIGN_NONE, 0},
};

static void
characters_are_told_from_what_they_were(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(characters); i++) {
		const char *text = characters[i].text;
		size_t n = strlen(text), at;
		unsigned seen = text_scan(text, n, TEXT_LINE).seen;
		enum sign line = sign_of_characters(FIELD_LINE, text, n, seen, &at);

		if (line != characters[i].line)
			fail_msg("%s: %s", text, signs[line].name);
		assert_int_equal(line ? at : 0, characters[i].at);
		enum sign found = sign_of_characters(FIELD_TEXT, text, n, seen, &at);
		if (found != characters[i].lines)
			fail_msg("%s, in a text: %s", text, signs[found].name);
	}
}

static void
every_sign_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < SIGN_COUNT; i++) {
		assert_int_equal(sign_named(signs[i].name), i);
		assert_int_equal(*signs[i].title != '\0', i != SIGN_NONE);
		assert_int_equal(signs[i].what != NULL, signs[i].fields != 0);
		assert_int_equal(signs[i].remedy != NULL, signs[i].fields != 0);
	}
	assert_int_equal(sign_named("nothing"), SIGN_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values_are_told_from_what_they_became),
	    cmocka_unit_test(characters_are_told_from_what_they_were),
	    cmocka_unit_test(every_sign_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
