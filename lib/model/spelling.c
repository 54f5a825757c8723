/* What values as a whole become: see spelling.h. */
#include "model/spelling.h"

#include "base/text.h"

#include <string.h>
#include <strings.h>

/* Bytes; longer values are nothing that became something else as a whole, no word, no month. */
#define LONGEST   40
#define NULL_MAX  15
#define MONTH_MAX 14

/*
 * What values as a whole become, in the programs and languages that people use. In patterns, "9" is
 * a digit, "%d" one or two, "%y" two or four, "%f" any number of them; "%t" is a time of day, "%M"
 * the short name of a month, "%G" one in English or German, "%N" a word in capitals. Everything
 * else stands for itself. Three lists, as most values are told by how they begin.
 */
struct spelling {
	const char *pattern; /* NULL: the end of the list */
	enum sign sign;
};

static const struct spelling with_digit[] = {
    {"%d-%M", SIGN_DATE},
    {"%d-%M-%y", SIGN_DATE},
    {"%d-%M-%y %t", SIGN_DATE},
    {"%d-%d月", SIGN_DATE},
    {"%d-%d月-%y", SIGN_DATE},
    {"%d/%M", SIGN_DATE},
    {"%d/%M/%y", SIGN_DATE},
    {"%d.%M", SIGN_DATE},
    {"%d.%M.%y", SIGN_DATE},
    {"%d. %M", SIGN_DATE},
    {"%d. %M %y", SIGN_DATE},
    {"%d %M", SIGN_DATE},
    {"%d %M %y", SIGN_DATE},
    {"%d/%d/%y", SIGN_DATE},
    {"%d/%d/%y %t", SIGN_DATE},
    {"99.99.99", SIGN_DATE},
    {"%d.%d.9999", SIGN_DATE},
    {"%d.%d.9999.", SIGN_DATE},
    {"%d.%d.%y %t", SIGN_DATE},
    {"%d. %d. 9999", SIGN_DATE},
    {"%d-%d-9999", SIGN_DATE},
    {"%d-%d-9999 %t", SIGN_DATE},
    {"9999/%d/%d", SIGN_DATE},
    {"9999/%d/%d %t", SIGN_DATE},
    {"9999.99.99.", SIGN_DATE},
    {"9999. %d. %d.", SIGN_DATE},
    {"9999-99-99 %t", SIGN_DATE}, /* the date alone is how people write it */
    {"9999-99-99 %t+99:99", SIGN_DATE},
    {"9999-99-99T%t", SIGN_DATE},
    {"9999-99-99T%t+99:99", SIGN_DATE},
    {"9999-99-99T%t-99:99", SIGN_DATE},
    {"9999-99-99T%tZ", SIGN_DATE},
    {"%d月%d日", SIGN_DATE},
    {"9999年%d月%d日", SIGN_DATE},
    {"9999年%d月%d日 %t", SIGN_DATE},
    {"9999年%d月", SIGN_DATE},
    {"%d월 %d일", SIGN_DATE},
    {"9999년 %d월 %d일", SIGN_DATE},
    {"%t", SIGN_TIME},
    {"99:99.9", SIGN_TIME},
    {"999:99:99", SIGN_TIME},
    {"%d days %t", SIGN_TIME}, /* pandas */
    {"1 day, %t", SIGN_TIME},  /* Python */
    {"%d days, %t", SIGN_TIME},
    {"9E+%f", SIGN_ROUNDED},
    {"9E-99", SIGN_ROUNDED},
    {"9.%fE+%f", SIGN_ROUNDED},
    {"9.%fE-%f", SIGN_ROUNDED},
    {"9,%fE+%f", SIGN_ROUNDED},
    {"9,%fE-%f", SIGN_ROUNDED},
    {"9.%fe+%f", SIGN_ROUNDED},
    {"9.%fe-%f", SIGN_ROUNDED},
    {NULL, SIGN_NONE},
};

static const struct spelling with_month[] = {
    {"%M-%y", SIGN_DATE},
    {"%M/%y", SIGN_DATE},
    {"%M.%y", SIGN_DATE},
    {"%G %y", SIGN_DATE},
    {"%M %d.", SIGN_DATE}, /* Hungarian */
    {NULL, SIGN_NONE},
};

static const struct spelling with_word[] = {
    {"#%N!", SIGN_ERROR},
    {"#%N?", SIGN_ERROR},
    {"#%N !", SIGN_ERROR}, /* French */
    {"#%N ?", SIGN_ERROR},
    {"#¡%N!", SIGN_ERROR}, /* Spanish */
    {"#¿%N?", SIGN_ERROR},
    {"#N/A", SIGN_ERROR},
    {"#N/D", SIGN_ERROR},     /* Italian, Spanish, Portuguese, Polish */
    {"#N/B", SIGN_ERROR},     /* Dutch */
    {"#I/T", SIGN_ERROR},     /* Danish, Norwegian */
    {"#Н/Д", SIGN_ERROR},     /* Russian */
    {"#Δ/Υ", SIGN_ERROR},     /* Greek */
    {"#N/A N/A", SIGN_ERROR}, /* of data that an add-in fetches */
    {"#N/A Field Not Applicable", SIGN_ERROR},
    {"#N/A Requesting Data...", SIGN_ERROR},
    {"#DATEN_ABRUFEN", SIGN_ERROR},
    {"#DIV/0", SIGN_ERROR},
    {"#n/a", SIGN_ERROR},
    {"#value!", SIGN_ERROR},
    {"#ref!", SIGN_ERROR},
    {"#num!", SIGN_ERROR},
    {"#div/0!", SIGN_ERROR},
    {"#NV", SIGN_ERROR},  /* German */
    {"#YOK", SIGN_ERROR}, /* Turkish */
    {"#PUUTTUU", SIGN_ERROR},
    {"#GETTING_DATA", SIGN_ERROR},
    {"#HIÁNYZIK", SIGN_ERROR},
    {"#NENÍ_K_DISPOZICI", SIGN_ERROR},
    {"Err:999", SIGN_ERROR}, /* LibreOffice */
    {"Err :999", SIGN_ERROR},
    {"Erro:999", SIGN_ERROR},
    {"Errore:999", SIGN_ERROR},
    {"Fehler:999", SIGN_ERROR},
    {"Błąd:999", SIGN_ERROR},
    {"Chyba:999", SIGN_ERROR},
    {"Ошибка:999", SIGN_ERROR},
    {"Fout:999", SIGN_ERROR},
    {"Fejl:999", SIGN_ERROR},
    {"Fel:999", SIGN_ERROR},
    {"Feil:999", SIGN_ERROR},
    {"Virhe:999", SIGN_ERROR},
    {"Viga:999", SIGN_ERROR},
    {"Hiba:999", SIGN_ERROR},
    {"Hata:999", SIGN_ERROR},
    {"Eroare:999", SIGN_ERROR},
    {"Napaka:999", SIGN_ERROR},
    {"Greška:999", SIGN_ERROR},
    {"Klaida:999", SIGN_ERROR},
    {"Помилка:999", SIGN_ERROR},
    {"Σφάλμα:999", SIGN_ERROR},
    {"오류:999", SIGN_ERROR},
    {"エラー:999", SIGN_ERROR},
    {"错误:999", SIGN_ERROR},
    {"Loading...", SIGN_ERROR}, /* Google Sheets */
    {"Loading…", SIGN_ERROR},
    {"Wird geladen...", SIGN_ERROR},
    {"Wird geladen…", SIGN_ERROR},
    {"Chargement...", SIGN_ERROR},
    {"Chargement…", SIGN_ERROR},
    {"Cargando...", SIGN_ERROR},
    {"Caricamento...", SIGN_ERROR},
    {"Carregando...", SIGN_ERROR},
    {"Laden...", SIGN_ERROR},
    {"Загрузка...", SIGN_ERROR},
    {"読み込んでいます...", SIGN_ERROR},
    {"上午%t", SIGN_TIME},
    {"下午%t", SIGN_TIME},
    {"午前%t", SIGN_TIME},
    {"午後%t", SIGN_TIME},
    {"오전 %t", SIGN_TIME},
    {"오후 %t", SIGN_TIME},
    {NULL, SIGN_NONE},
};

/* What programs and people write where there is nothing, spelled exactly so. */
static const char *const nulls[] = {"nan", "NaN", "NAN", "-nan", "-NaN", "NaT", "NA", "N/A", "n/a",
    "<NA>", "<na>", "n.a.", ".nan", ".NaN", ".NAN", ".inf", "-.inf", "None", "null", "Null", "NULL",
    "nil", "(null)", "(NULL)", "<null>", "<NULL>", "[null]", "[NULL]", "(blank)", "(none)", "\\N",
    "undefined", "[object Object]", "1.#QNAN", "1.#IND", "-1.#IND", "1.#INF", "-1.#INF", "1.#NAN",
    "inf", "-inf", "-Infinity", "<nil>", "%!s(<nil>)", "DBNull", "<none>", "<None>", "<empty>",
    "<undefined>", "[None]", "[nan]", "[]", "{}", "\"\"", "''", "NA_character_", "NA_integer_",
    "(empty)", "(leer)", "(Leer)", "(vide)", "(vacío)", "(vuoto)", "(not set)", "N.A.", "N/a",
    "N.a.", "n.v.", "n. v.", "k.A.", "k. A.", "n.d.", "n/d", "N/D", "s/d", "S/D", "b.d.", "b/d",
    "ei ole", "н/д", "Н/Д", "なし", "無し", "--", "---", "–", "—"};

#define NULL_BEGINNINGS "Nn-<u%D([\\1.i{\"'kbsSe\xe2\xe3\xe7\xd0"

/*
 * The short names of months that spreadsheet programs show, without the dot; each in one language,
 * as many have it.
 */
static const char *const months[] = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep",
    "sept", "oct", "nov", "dec",
    /* German */ "mrz", "mär", "mai", "okt", "dez", "jän",
    /* French */ "janv", "févr", "mars", "avr", "juin", "juil", "août", "déc",
    /* Spanish */ "ene", "abr", "ago", "dic",
    /* Italian */ "gen", "mag", "giu", "lug", "set", "ott",
    /* Portuguese */ "fev", "out",
    /* Dutch */ "mrt", "mei",
    /* Nordic */ "maj", "des", "tammi", "helmi", "maalis", "huhti", "touko", "kesä", "heinä", "elo",
    "syys", "loka", "marras", "joulu",
    /* Polish */ "sty", "lut", "kwi", "cze", "lip", "sie", "wrz", "paź", "lis", "gru",
    /* Czech */ "led", "úno", "bře", "dub", "kvě", "čvn", "čvc", "srp", "zář", "říj", "pro",
    /* Hungarian */ "febr", "márc", "ápr", "máj", "jún", "júl", "szept",
    /* Turkish */ "oca", "şub", "Şub", "nis", "haz", "tem", "ağu", "eyl", "eki", "kas", "ara",
    /* Croatian, Slovenian */ "sij", "velj", "ožu", "svi", "kol", "ruj", "stu", "avg",
    /* Estonian, Indonesian */ "jaan", "veebr", "dets", "agu",
    /* Romanian */ "ian", "iun", "iul",
    /* Ukrainian */ "січ", "лют", "бер", "кві", "тра", "чер", "лип", "сер", "вер", "жов", "лис",
    "гру",
    /* Greek */ "Ιαν", "Φεβ", "Μαρ", "Απρ", "Μαΐ", "Ιουν", "Ιουλ", "Αυγ", "Σεπ", "Οκτ", "Νοε",
    "Δεκ",
    /* Arabic */ "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر",
    "أكتوبر", "نوفمبر", "ديسمبر",
    /* Hebrew */ "ינו", "פבר", "מרץ", "אפר", "מאי", "יוני", "יולי", "אוג", "ספט", "אוק", "נוב",
    "דצמ",
    /* Russian */ "янв", "фев", "февр", "мар", "апр", "май", "мая", "июн", "июл", "авг", "сен",
    "сент", "окт", "ноя", "нояб", "дек", "Янв", "Фев", "Мар", "Апр", "Май", "Июн", "Июл", "Авг",
    "Сен", "Окт", "Ноя", "Дек"};

/* How many of them are English or German, where a space may follow: "Set 10" is something else. */
#define SPACED_MONTHS 19

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t
digits_length(const char *text, size_t most)
{
	size_t n = 0;

	while (n < most && is_digit(text[n]))
		n++;
	return n;
}

static size_t
year_length(const char *text)
{
	size_t n = digits_length(text, 4);

	return n == 3 ? 2 : n == 1 ? 0 : n;
}

/* The length of one of the first names of months, with its dot, at the beginning; 0 if it is none.
 */
static size_t
month_length(const char *text, size_t first)
{
	size_t n = 0;

	while (text_is_letter(text[n]))
		n++;
	if (n < 3 || n > MONTH_MAX)
		return 0;
	for (size_t i = 0; i < first; i++)
		if (((months[i][0] ^ text[0]) & 0xDF) == 0 &&
		    strncasecmp(months[i], text, n) == 0 && !months[i][n])
			return n + (text[n] == '.' && !is_digit(text[n + 1]));
	return 0;
}

/* The length of a word in capitals, which may have a slash, a line or a digit in it; 0: none. */
static size_t
capitals_length(const char *text)
{
	size_t n = 0;

	while ((text[n] >= 'A' && text[n] <= 'Z') || (unsigned char)text[n] >= 0x80 ||
	       (n && (text[n] == '/' || text[n] == '_' || is_digit(text[n]))))
		n++;
	return n > 1 ? n : 0;
}

/* The length of a time such as 9:30, 09:30:00, 9:30:00 PM, 09:30:00.000; 0 if there is none. */
static size_t
time_length(const char *text)
{
	static const char *const halves[] = {" AM", " PM", " a.m.", " p.m.", " a. m.", " p. m.",
	    " a.\u00a0m.", " p.\u00a0m.", " πμ", " μμ"};
	size_t n = digits_length(text, 2);

	if (!n || text[n] != ':' || text[n + 1] >= '6' || digits_length(text + n + 1, 2) != 2)
		return 0;
	n += 3;
	if (text[n] == ':' && digits_length(text + n + 1, 2) == 2)
		n += 3;
	if (text[n] == '.' && is_digit(text[n + 1]))
		n += 1 + digits_length(text + n + 1, LONGEST);
	for (size_t i = 0; i < COUNT(halves); i++)
		if (strncasecmp(text + n, halves[i], strlen(halves[i])) == 0)
			return n + strlen(halves[i]);
	return n;
}

/* How many bytes at the beginning of the text the piece "%x" of a pattern stands for; 0: none. */
static size_t
piece_length(char piece, const char *text)
{
	switch (piece) {
	case 'd': return digits_length(text, 2);
	case 'y': return year_length(text);
	case 'f': return digits_length(text, LONGEST);
	case 't': return time_length(text);
	case 'M': return month_length(text, COUNT(months));
	case 'G': return month_length(text, SPACED_MONTHS);
	case 'N': return capitals_length(text);
	default: return 0;
	}
}

static bool
fits(const char *pattern, const char *text)
{
	for (size_t n; *pattern; pattern++, text += n) {
		if (*pattern == '%')
			n = piece_length(*++pattern, text);
		else
			n = *pattern == '9' ? is_digit(*text) : *text == *pattern;
		if (!n)
			return false;
	}
	return !*text;
}

static bool
may_be_null(char first)
{
	return memchr(NULL_BEGINNINGS, first, sizeof NULL_BEGINNINGS - 1);
}

static bool
is_null_word(const char *text, size_t n)
{
	if (n > NULL_MAX || !may_be_null(text[0]))
		return false;
	for (size_t i = 0; i < COUNT(nulls); i++)
		if (nulls[i][0] == text[0] && strcmp(nulls[i], text) == 0)
			return true;
	return false;
}

/*
 * The list of spellings that begin as the text does. No program writes JAN-02 with those capitals;
 * people number so.
 */
static const struct spelling *
spellings_of(const char *text)
{
	if (is_digit(*text))
		return with_digit;
	return !text_is_capital(text[1]) && month_length(text, COUNT(months)) ? with_month
									      : with_word;
}

/*
 * Whether a value that begins and ends like this can have become something as a whole. Most cannot:
 * they are words, or end in a number of one digit.
 */
static bool
may_be_spelled(const char *text, size_t n)
{
	const char last = text[n - 1];

	return is_digit(text[0]) || text[0] == '#' || text[0] == '-' ||
	       (is_digit(last) && is_digit(text[n - 2])) || last == '.' ||
	       (unsigned char)last >= 0x80;
}

enum sign
spelling_sign(const char *text, size_t n)
{
	char own[LONGEST + 1] = "";

	if (n == 1)
		return *text == '-' ? SIGN_NULL : SIGN_NONE;
	if (!n || n > LONGEST)
		return SIGN_NONE;
	const bool spelled = may_be_spelled(text, n);
	if (!spelled && (n > NULL_MAX || !may_be_null(text[0])))
		return SIGN_NONE;
	memcpy(own, text, n);
	if (is_null_word(own, n))
		return SIGN_NULL;
	if (!spelled || strlen(own) < n)
		return SIGN_NONE;
	if (strspn(own, "#") == n)
		return SIGN_NARROW;
	const char *from = own + (own[0] == '-' && is_digit(own[1]));
	for (const struct spelling *s = spellings_of(from); s->pattern; s++)
		if (fits(s->pattern, from))
			return s->sign;
	return SIGN_NONE;
}
