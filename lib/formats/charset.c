/* The table of charsets: see charset.h. */
#include "formats/charset.h"

#include <string.h>
#include <strings.h>

#define LONGEST ((size_t)40) /* letters and digits of a name; all known ones have fewer */

/* What separates the parts of a name. */
#define PUNCTUATION "-_.:() "

/* clang-format off */
const struct charset charsets[] = {
	{"utf-8", ENCODING_UTF8, NULL, "utf8 utf8sig unicode11utf8 cp65001"},
	{"us-ascii", ENCODING_ASCII, NULL,
	    "usascii ascii ansix341968 ansix341986 iso646us iso646irv1991 isoir6 csascii cp367 "
	    "ibm367"},
	{"utf-16", ENCODING_UTF16, NULL, "utf16 csutf16 unicode csunicode ucs2 iso10646ucs2"},
	{"utf-16le", ENCODING_UTF16LE, NULL, "utf16le csutf16le ucs2le unicodefeff cp1200"},
	{"utf-16be", ENCODING_UTF16BE, NULL, "utf16be csutf16be ucs2be unicodefffe cp1201"},
	{"windows-1252", ENCODING_WINDOWS_1252, NULL, "windows1252 cp1252 win1252"},
	{"iso-8859-1", ENCODING_WINDOWS_1252, NULL,
	    "iso88591 iso885911987 isoir100 latin1 l1 csisolatin1 cp819 ibm819"},
	{"windows-1250", ENCODING_CONVERTED, "CP1250", "windows1250 cp1250 win1250"},
	{"windows-1251", ENCODING_CONVERTED, "CP1251", "windows1251 cp1251 win1251"},
	{"windows-1253", ENCODING_CONVERTED, "CP1253", "windows1253 cp1253 win1253"},
	{"windows-1254", ENCODING_CONVERTED, "CP1254", "windows1254 cp1254 win1254"},
	{"windows-1255", ENCODING_CONVERTED, "CP1255", "windows1255 cp1255 win1255"},
	{"windows-1256", ENCODING_CONVERTED, "CP1256", "windows1256 cp1256 win1256"},
	{"windows-1257", ENCODING_CONVERTED, "CP1257", "windows1257 cp1257 win1257"},
	{"windows-1258", ENCODING_CONVERTED, "CP1258", "windows1258 cp1258 win1258"},
	{"windows-874", ENCODING_CONVERTED, "CP874", "windows874 cp874 dos874 ibm874"},
	{"iso-8859-2", ENCODING_CONVERTED, "ISO-8859-2",
	    "iso88592 iso885921987 isoir101 latin2 l2 csisolatin2"},
	{"iso-8859-3", ENCODING_CONVERTED, "ISO-8859-3",
	    "iso88593 iso885931988 isoir109 latin3 l3 csisolatin3"},
	{"iso-8859-4", ENCODING_CONVERTED, "ISO-8859-4",
	    "iso88594 iso885941988 isoir110 latin4 l4 csisolatin4"},
	{"iso-8859-5", ENCODING_CONVERTED, "ISO-8859-5",
	    "iso88595 iso885951988 isoir144 cyrillic csisolatincyrillic"},
	{"iso-8859-6", ENCODING_CONVERTED, "ISO-8859-6",
	    "iso88596 iso885961987 isoir127 arabic csisolatinarabic asmo708 ecma114 iso88596e "
	    "iso88596i"},
	{"iso-8859-7", ENCODING_CONVERTED, "ISO-8859-7",
	    "iso88597 iso885971987 isoir126 greek greek8 csisolatingreek ecma118 elot928"},
	{"iso-8859-8", ENCODING_CONVERTED, "ISO-8859-8",
	    "iso88598 iso885981988 isoir138 hebrew csisolatinhebrew iso88598e iso88598i"},
	{"iso-8859-9", ENCODING_CONVERTED, "CP1254",
	    "iso88599 iso885991989 isoir148 latin5 l5 csisolatin5"},
	{"iso-8859-10", ENCODING_CONVERTED, "ISO-8859-10",
	    "iso885910 iso8859101992 isoir157 latin6 l6 csisolatin6"},
	{"iso-8859-11", ENCODING_CONVERTED, "CP874", "iso885911 tis620 tis62025291 cstis620"},
	{"iso-8859-13", ENCODING_CONVERTED, "ISO-8859-13", "iso885913 isoir179 latin7 l7"},
	{"iso-8859-14", ENCODING_CONVERTED, "ISO-8859-14",
	    "iso885914 iso8859141998 isoir199 latin8 l8 isoceltic"},
	{"iso-8859-15", ENCODING_CONVERTED, "ISO-8859-15",
	    "iso885915 iso8859151998 isoir203 latin9 l9 csisolatin9"},
	{"iso-8859-16", ENCODING_CONVERTED, "ISO-8859-16",
	    "iso885916 iso8859162001 isoir226 latin10 l10"},
	{"koi8-r", ENCODING_CONVERTED, "KOI8-R", "koi8r koi8 koi cskoi8r cp20866"},
	{"koi8-u", ENCODING_CONVERTED, "KOI8-U", "koi8u koi8ru cp21866"},
	{"macintosh", ENCODING_CONVERTED, "MACINTOSH",
	    "macintosh mac macroman csmacintosh cp10000"},
	{"x-mac-cyrillic", ENCODING_CONVERTED, "MAC-UK", "maccyrillic macukrainian cp10007"},
	{"x-mac-ce", ENCODING_CONVERTED, "MAC-CENTRALEUROPE",
	    "macce maccentraleurope maccentraleurroman maclatin2 cp10029"},
	{"x-mac-icelandic", ENCODING_CONVERTED, "MAC-IS", "macicelandic maciceland macis cp10079"},
	{"ibm437", ENCODING_CONVERTED, "IBM437",
	    "ibm437 cp437 dos437 437 csibm437 cspc8codepage437"},
	{"ibm737", ENCODING_CONVERTED, "CP737", "ibm737 cp737 dos737 737 csibm737"},
	{"ibm775", ENCODING_CONVERTED, "CP775", "ibm775 cp775 dos775 775 csibm775"},
	{"ibm850", ENCODING_CONVERTED, "IBM850",
	    "ibm850 cp850 dos850 850 csibm850 cspc850multilingual"},
	{"ibm852", ENCODING_CONVERTED, "IBM852", "ibm852 cp852 dos852 852 csibm852 cspcp852"},
	{"ibm855", ENCODING_CONVERTED, "IBM855", "ibm855 cp855 dos855 855 csibm855"},
	{"ibm857", ENCODING_CONVERTED, "IBM857", "ibm857 cp857 dos857 857 csibm857"},
	{"ibm858", ENCODING_CONVERTED, "IBM858", "ibm858 cp858 dos858 858 csibm858"},
	{"ibm860", ENCODING_CONVERTED, "IBM860", "ibm860 cp860 dos860 860 csibm860"},
	{"ibm861", ENCODING_CONVERTED, "IBM861", "ibm861 cp861 dos861 861 csibm861"},
	{"ibm862", ENCODING_CONVERTED, "IBM862", "ibm862 cp862 dos862 862 csibm862"},
	{"ibm863", ENCODING_CONVERTED, "IBM863", "ibm863 cp863 dos863 863 csibm863"},
	{"ibm864", ENCODING_CONVERTED, "IBM864", "ibm864 cp864 dos864 864 csibm864"},
	{"ibm865", ENCODING_CONVERTED, "IBM865", "ibm865 cp865 dos865 865 csibm865"},
	{"ibm866", ENCODING_CONVERTED, "IBM866", "ibm866 cp866 dos866 866 csibm866"},
	{"ibm869", ENCODING_CONVERTED, "IBM869", "ibm869 cp869 dos869 869 csibm869"},
	{"shift_jis", ENCODING_CONVERTED, "CP932",
	    "shiftjis csshiftjis sjis mskanji ms932 cp932 windows31j cswindows31j windows932"},
	{"euc-jp", ENCODING_CONVERTED, "EUC-JP-MS",
	    "eucjp ujis cseucpkdfmtjapanese eucjpms eucjpwin cp51932"},
	{"iso-2022-jp", ENCODING_CONVERTED, "ISO-2022-JP", "iso2022jp csiso2022jp cp50220"},
	{"gbk", ENCODING_CONVERTED, "GBK",
	    "gbk gb2312 gb231280 csgb2312 csiso58gb231280 isoir58 chinese euccn cp936 ms936 "
	    "windows936"},
	{"gb18030", ENCODING_CONVERTED, "GB18030", "gb18030 csgb18030 cp54936"},
	{"big5", ENCODING_CONVERTED, "BIG5",
	    "big5 csbig5 cnbig5 bigfive xbig5 cp950 ms950 windows950"},
	{"big5-hkscs", ENCODING_CONVERTED, "BIG5-HKSCS", "big5hkscs csbig5hkscs cp951"},
	{"euc-tw", ENCODING_CONVERTED, "EUC-TW", "euctw"},
	{"euc-kr", ENCODING_CONVERTED, "UHC",
	    "euckr cseuckr uhc korean ksc5601 ksc56011987 ksc56011989 csksc56011987 isoir149 "
	    "cp949 ms949 windows949"},
	{"johab", ENCODING_CONVERTED, "JOHAB", "johab cp1361"},
	{"tcvn", ENCODING_CONVERTED, "TCVN", "tcvn tcvn5712 tcvn57121 tcvn571211993"},
	{"viscii", ENCODING_CONVERTED, "VISCII", "viscii csviscii"},
	{"armscii-8", ENCODING_CONVERTED, "ARMSCII-8", "armscii8"},
	{"pt154", ENCODING_CONVERTED, "PT154", "pt154 ptcp154 csptcp154 cp154 cyrillicasian"},
	{"hp-roman8", ENCODING_CONVERTED, "HP-ROMAN8", "hproman8 roman8 r8 cshproman8"},
	{NULL, 0, NULL, NULL},
};
/* clang-format on */

/* Reduces a name to what counts. Returns its length; 0 if it is none, or longer than any. */
static size_t
reduce(const char *name, size_t n, char reduced[LONGEST])
{
	size_t used = 0, begin = n > 2 && strncasecmp(name, "x-", 2) == 0 ? 2 : 0;

	for (size_t i = begin; i < n; i++) {
		char c = name[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
			if (used == LONGEST)
				return 0;
			reduced[used++] = c;
		} else if (!c || !strchr(PUNCTUATION, c)) {
			return 0;
		}
	}
	return used;
}

/* Whether the list of words, with a space between two, has the word of n bytes. */
static bool
has_word(const char *list, const char *word, size_t n)
{
	for (size_t length; *list; list += length + (list[length] == ' ')) {
		length = strcspn(list, " ");
		if (length == n && memcmp(list, word, n) == 0)
			return true;
	}
	return false;
}

const struct charset *
charset_find(const char *name, size_t n)
{
	char reduced[LONGEST];
	size_t length = reduce(name, n, reduced);

	for (const struct charset *c = charsets; length && c->name; c++)
		if (has_word(c->names, reduced, length))
			return c;
	return NULL;
}

bool
charset_fits(const struct charset *c, enum format_id format)
{
	switch (format) {
	case FORMAT_CSV: return true;
	case FORMAT_JSON: return c->encoding <= ENCODING_ASCII;   /* RFC 8259 */
	case FORMAT_YAML: return c->encoding <= ENCODING_UTF16BE; /* YAML 1.2, 5.2 */
	default: return false;
	}
}
