#include <random>

#include "tests/scanners/normalise/encoders.h"
#include "tests/scanners/normalise/harness.h"

namespace credence::test {
namespace {

std::string random_bytes(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::string out(size, '\0');
  for (char& c : out) c = static_cast<char>(random() & 0xFF);
  return out;
}

std::string hex_dump(std::string_view bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 16) {
    out += "00000" + std::to_string(100 + i) + "  ";
    out += hex_bytes(bytes.substr(i, 16), "", " ") + " |................|\n";
  }
  return out;
}

}  // namespace

TEST_CASE("what everyday documents hold yields neither views nor findings") {
  const std::string noise = random_bytes(3000, 1);
  const struct {
    std::string name;
    std::string text;
  } cases[] = {
      {"prose", "The committee meets at 10:30 on Monday. Please bring your notes (2 copies)!"},
      {"digests", "commit " + hex_bytes(random_bytes(20, 2), "", "") +
                      "\nsha256:" + hex_bytes(random_bytes(32, 3), "", "")},
      {"UUIDs", "123e4567-e89b-12d3-a456-426614174000 f47ac10b-58cc-4372-a567-0e02b2c3d479"},
      {"PEM", "-----BEGIN CERTIFICATE-----\n" + grouped(base64(noise), 64, "\n") +
                  "\n-----END CERTIFICATE-----\n"},
      {"data URI", "<img src=\"data:image/png;base64," + base64(noise) + "\">"},
      {"token", "eyJhbGciOiJIUzI1NiJ9." + base64(random_bytes(200, 4), true, false)},
      {"hex dump", hex_dump(noise)},
      {"C array", "static const unsigned char k[] = {" + hex_bytes(noise, "0x", ", ") + "};"},
      {"C code",
       "int main(int argc, char** argv) { for (int i = 0; i < 10; ++i) a[i] = b[i] * "
       "c; return x1 == 0 && y2 != 3; } // 0x1F, u8, f64, to_utf8(), i18n, l10n"},
      {"minified script",
       "!function(e,t){var n=e.a,r=t.b;for(var i=0;i<n;i++)r[i]=n[i]+\"%d\";"
       "return e&&t||n}(this,{a:1,b:[]});var x=y?z:w,q=/[a-z]{2,3}/g;"},
      {"URLs",
       "https://example.org/a/b/c?id=42&name=x%20y and /usr/share/doc/package/README.gz "
       "or https://example.org/docs/getting-started/installing-on-linux.html"},
      {"camel case",
       "AbstractSingletonProxyFactoryBean InternalFrameInternalFrameTitlePane "
       "getElementsByTagNameNS"},
      {"models and sizes",
       "The 2nd MP3 player has 4GB, H264 at 1080p, WiFi 802.11b, a 3D lens, "
       "B2B sales, covid19, web3 and an R2D2 toy for 5years; room b12a."},
      {"list of letters", "Answers: A, B, C, D and E. Vitamins A B C D E K. x y z"},
      {"initials", "J. R. R. Tolkien, C. S. Lewis, E. E. Cummings and W. H. Auden"},
      {"table", "a | b | c | d\n--|---|---|--\n1 | 2 | 3 | 4\n5 | 6 | 7 | 8\n"},
      {"rules of a table", "+------+-----+\n|  ... | --- |\n+------+-----+\n" +
                               std::string(200, '-') + "\n" + std::string(200, '.') + "\n" +
                               std::string(90, ' ') + "- . - . - . -- .. -- ..\n"},
      {"table of contents", "Introduction" + std::string(80, '.') + "1\nUse . . . . . . . 2\n"},
      {"numbers",
       "105 203 110 311 114 101 32 97 1108 108 32 300\n32 41 67 80 99 104 111 70 88 91 60 45"},
      {"years and prices", "1999 2003 2011 2020 104 110 99 87 56 43 39 42 71 88 93 101 120 118 77"},
      {"bits",
       "0101010101010101 11110000 00001111 10101010 01010101 11001100 00110011 11111111 "
       "00000000 11111110 00000001 " +
           std::string(300, '0')},
      {"upper case", "INSTALLATIONDIRECTORYANDMOREWORDS ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"},
      {"tildes", "cd ~/src <~/.bashrc >~/out; a <~ b ~> c; x~y~z <~~~~~~~~~> arrows"},
      {"emphasised letters", "A - B - C - D - E or 1 - 2 - 3 - 4 - 5 and x, y, z, u, v, w"},
      {"printf", "printf(\"%d%%\\n\", done); // 100%ab = 50%cd"},
      {"assignments", "x=10 y=20 env=cache-hit name=acme state=absent k=40,\nq=3f\n"},
      {"Windows path", "C:\\Users\\xavier\\Documents\\update.txt \\\\server\\share"},
      {"ampersands", "Q&A at AT&T; R&D, Marks & Spencer &c. foo(&bar, &baz);"},
      {"escapes in code", "char* s = \"\\x1b[0m\\x00\\xff\"; re = '\\u0041'"},
      {"mail address", "user@example.com, p@ssword fields, $HOME, C++, a+b, 50$"},
      {"German", "Die Donau\u00ADdampf\u00ADschiff\u00ADfahrts\u00ADgesellschaft fährt über Köln."},
      {"French", "Voilà\u00A0! L’été dernier, nous étions très différents\u202F; général, répété."},
      {"Spanish", "¿Qué más? La información está aquí, según el capítulo único."},
      {"Vietnamese", "Tất cả mọi người sinh ra đều được hưởng tự do và bình đẳng."},
      {"Polish", "Zażółć gęślą jaźń. Wszyscy ludzie rodzą się wolni i równi."},
      {"Turkish", "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar."},
      {"Russian", "Все люди рождаются свободными. IT-специалист купил USB-кабель и 3D-принтер."},
      {"Greek", "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια."},
      {"Persian", "می\u200Cخواهم کتاب\u200Cها را بخوانم؛ نیم\u200Cفاصله آزاد\u200Cراه."},
      {"Arabic with marks", "الْحَمْدُ لِلَّهِ رَبِّ الْعَالَمِينَ"},
      {"Hebrew with points", "בְּרֵאשִׁית בָּרָא אֱלֹהִים אֵת הַשָּׁמַיִם"},
      {"Hindi", "क्\u200Dष और क्\u200Cष अलग हैं। सभी मनुष्यों को गौरव और अधिकार।"},
      {"Bengali", "সমস্ত মানুষ স্বাধীনভাবে সমান মর্যাদা"},
      {"Thai", "มนุษย์\u200Bทั้งหลาย\u200Bเกิดมา\u200Bมีอิสระ น้ำ"},
      {"Khmer", "មនុស្ស\u200Bទាំងអស់\u200Bកើតមក"},
      {"Chinese", "人人生而自由，在尊严和权利上一律平等。ＣＰＵ和ＧＰＵ。"},
      {"Japanese", "すべての人間は、生まれながらにして自由であり、ﾃｽﾄ。葛\U000E0100城市"},
      {"Korean", "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다."},
      {"emoji",
       "👨\u200D👩\u200D👧\u200D👦 ❤\uFE0F\u200D🔥 👍🏽 🏳\uFE0F\u200D🌈 "
       "1\uFE0F\u20E3 "
       "☎\uFE0E "
       "🇩🇪🇫🇷"},
      {"flags of regions",
       "🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F and "
       "🏴\U000E0067\U000E0062\U000E0077\U000E006C\U000E0073\U000E007F"},
      {"phonetic", "The word is /ˌɪntəˈnæʃənəl/ or [t͡ʃʰɛ̃ː], ŋ̊ and ɹ̩̀ in IPA."},
      {"mathematics", "Let 𝑓 : ℝ → ℂ, ∀𝑥 ∈ 𝔸, ΔT = 5 µs, α-helix, βCoV, Σᵢ xᵢ² ≤ 10⁻³ √2 ½"},
      {"byte order mark", "\uFEFFHello, this is a file from Windows."},
      {"Arabic in English", "He wrote \u202Bسلام\u202C and \u2067שלום\u2069 on the wall.\u200E"},
      {"zero-width space after a slash", "https://example.org/\u200Bpath/\u200Bto/\u200Bpage"},
      {"stray zero-width spaces", "as variáveis \u200B\u200Bde ambiente e \u200B\u200Bo Apache"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const Normalised result(c.text);
    CHECK(result.views.views().size() == 1);
    if (result.views.views().size() > 1) {
      const TextView& view = result.views.views()[1];
      MESSAGE(c.name << ": " << to_string(view.decoding) << ": " << view.text.text());
    }
    CHECK(result.sink.findings.empty());
    if (!result.sink.findings.empty()) MESSAGE(c.name << ": " << result.sink.findings[0].rule);
    CHECK(result.sink.reasons.empty());
  }
}

TEST_CASE("random bytes in any encoding stay noise") {
  for (unsigned seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    const std::string noise = random_bytes(200, 1000 + seed);
    for (const std::string& text :
         {base64(noise), grouped(base64(noise), 76, "\n"), hex_bytes(noise, "", ""),
          hex_bytes(noise, "", " "), "a=" + hex_bytes(noise, "%", ""), hex_bytes(noise, "\\x", ""),
          base32(noise), ascii85(noise), decimal_bytes(noise, "", " "), binary_bytes(noise, ""),
          binary_bytes(noise, " ")}) {
      const Normalised result(text);
      CHECK(result.views.views().size() == 1);
      if (result.views.views().size() > 1) MESSAGE(result.views.views()[1].text.text());
    }
  }
}

}  // namespace credence::test
