#include "scanners/rules/lexicon.h"

namespace credence {
namespace {

using enum CueKind;

constexpr Cue kCues[] = {
    // English
    {kAttack, R"(\bprompt[- ]?injections?\b)"},
    {kAttack, R"(\binject(?:ed|ing|ion)?\s+(?:prompts?|instructions?|text|payloads?)\b)"},
    {kAttack, R"(\bjail-?break(?:s|ing|er|ers)?\b)"},
    {kAttack,
     R"(\b(?:prompt|data|instruction)\s+(?:leak(?:age|ing|s)?|leaking|extraction|hijack(?:ing)?|smuggling)\b)"},
    {kAttack, R"(\badversarial(?:ly)?\b)"},
    {kAttack, R"(\bpayloads?\b)"},
    {kAttack, R"(\bexploit(?:s|ed|ing|ation)?\b)"},
    {kAttack, R"(\bvulnerabilit(?:y|ies)\b)"},
    {kAttack, R"(\battack(?:s|ed|ing)?\b)"},
    {kAttack, R"(\battackers?\b)"},
    {kAttack, R"(\bmalicious(?:ly)?\b)"},
    {kAttack, R"(\bred[- ]team(?:s|ing|ers?)?\b)"},
    {kAttack, R"(\bOWASP\b|\bMITRE\b|\bATLAS\b)"},
    {kExample, R"(\bfor\s+(?:example|instance)\b)"},
    {kExample, R"(\be\.g\.)"},
    {kExample, R"(\bsuch\s+as\b)"},
    {kExample, R"(\bexamples?\s*(?::|of\b))"},
    {kExample,
     R"(\b(?:phrases?|strings?|keywords?|patterns?|inputs?|prompts?|messages?|text|commands?)\s+(?:like|such\s+as|including|containing)\b)"},
    {kExample, R"(\bsomething\s+(?:like|along\s+the\s+lines)\b)"},
    {kExample,
     R"(\b(?:might|may|could|would|can)\s+(?:say|write|type|enter|try|ask|read|look\s+like|contain|include)\b)"},
    {kDefence, R"(\bdetect(?:s|ed|ing|ion|or|ors)?\b)"},
    {kDefence, R"(\bguard-?rails?\b)"},
    {kDefence, R"(\b(?:mitigat|saniti[sz]|neutrali[sz])(?:e|es|ed|ing|ion|ations?)\b)"},
    {kDefence,
     R"(\b(?:block|flag|refus|reject|filter|scan)n?(?:s|es|ed|ing)\s+(?:such\s+|these\s+|the\s+|any\s+|all\s+)?(?:prompts?|inputs?|instructions?|requests?|content|attempts?)\b)"},
    {kDefence, R"(\b(?:untrusted|user[- ]supplied|attacker-controlled)\b)"},
    {kDefence,
     R"(\b(?:classifier|false\s+positives?|test\s+cases?|benchmark|data-?set|evaluation)s?\b)"},
    {kDefence,
     R"(\bLLM\s+(?:security|firewall|guard)\b|\bsecurity\s+(?:research|team|polic|control|risk|guide))"},
    // Spanish, Portuguese, Italian, French
    {kAttack, R"(inyecci[oó]n(?:es)?\s+de\s+(?:prompts?|instrucciones|indicaciones))"},
    {kAttack,
     R"(inje[cç](?:[aã]o|[oõ]es|tion|tions)\s+(?:de|d['’])\s*(?:prompts?|instructions?|instru[cç][oõ]es|comandos?|invites?))"},
    {kAttack, R"((?:prompt\s+injection|iniezion[ei]\s+di\s+(?:prompt|istruzioni)))"},
    {kAttack,
     R"(\b(?:ataques?|atacantes?|attaques?|attaquants?|attaccant[ei]|attacc(?:o|hi)|malicios[oa]s?|malveillante?s?|malevol[io]|vulnerabilidad(?:e|es)?|vuln[eé]rabilit[eé]s?|vulnerabilit[aà])\b)"},
    {kExample,
     R"(\b(?:por\s+ejemplo|por\s+exemplo|par\s+exemple|ad\s+esempio|per\s+esempio|tales\s+como|tais\s+como|tels?\s+que|come\s+ad)\b)"},
    {kDefence,
     R"(\b(?:detect(?:ar|a|an)|detec[cç](?:i[oó]n|[aã]o)|d[eé]tect(?:er|ion|e)|rileva(?:re|mento)|bloque(?:ar|a|o)|bloquer|bloccare|mitiga(?:r|ci[oó]n|[cç][aã]o|zione))\b)"},
    // German
    {kAttack,
     R"((?:\bangriff(?:e|en|s)?\b|\bangreifer(?:n|s)?\b|\bb[oö]sartig(?:e|en|er|es)?|\bschwachstellen?\b|prompt-injektion(?:en)?))"},
    {kExample, R"(\b(?:zum\s+beispiel|z\.\s?b\.|beispielsweise|wie\s+etwa|beispiele?\s*:))"},
    {kDefence,
     R"(\b(?:erkenn(?:en|t|ung)|abwehr(?:en)?|blockier(?:en|t)|schutzma(?:ß|ss)nahmen?)\b)"},
    // Russian
    {kAttack,
     R"((?:инъекци[яиюей]+|джейлбрейк|промпт-инъекц|атак[аиуе]|злоумышленник|вредоносн|уязвимост))"},
    {kExample, R"((?:например|к примеру|такие как|таких как|типа «))"},
    {kDefence, R"((?:обнаруж|детектор|фильтр|защит[аыу]|блокир))"},
    // Chinese, Japanese, Korean
    {kAttack, R"((?:提示词?注入|提示詞注入|越狱|越獄|攻击|攻擊|恶意|惡意|漏洞))"},
    {kExample, R"((?:例如|比如|譬如|诸如|諸如|例子))"},
    {kDefence, R"((?:检测|檢測|防御|防禦|过滤|防护|拦截))"},
    {kAttack, R"((?:プロンプト(?:・)?インジェクション|脱獄|ジェイルブレイク|攻撃|悪意|脆弱性))"},
    {kExample, R"((?:たとえば|例えば|などの|といった))"},
    {kDefence, R"((?:検出|検知|防御|対策|ブロック))"},
    {kAttack, R"((?:프롬프트\s?(?:인젝션|주입)|탈옥|공격|악의적|악성|취약점))"},
    {kExample, R"((?:예를\s?들어|예시|와\s같은|과\s같은))"},
    {kDefence, R"((?:탐지|감지|방어|차단|필터))"},
    // Arabic, Hindi
    {kAttack, R"((?:حقن|هجوم|هجمات|المهاجم|ضار|خبيث|ثغر))"},
    {kExample, R"((?:على سبيل المثال|مثلا|مثل:))"},
    {kDefence, R"((?:كشف|اكتشاف|حماية|تصفية))"},
    {kAttack, R"((?:प्रॉम्प्ट इंजेक्शन|इंजेक्शन|हमला|हमले|हमलावर|दुर्भावना))"},
    {kExample, R"((?:उदाहरण|जैसे कि))"},
    {kDefence, R"((?:पहचान|पता लगा|सुरक्षा|बचाव))"},
    // A reader who is a model
    {kAddress,
     R"(\b(?:dear|hello|hi|hey|attention|note\s+to|message\s+(?:to|for)|instructions?\s+(?:to|for)|important\s*[:!]?)[,: ]+(?:(?:the|any|all|an?|our|you)\s+)?(?:AI|A\.I\.|LLM|GPT|chat\s?gpt|claude|gemini|copilot|assistant|language\s+model|chat-?bot|agent)s?\b)"},
    {kAddress,
     R"(\b(?:AI|LLM|language)\s*(?:assistants?|agents?|models?|systems?|readers?|crawlers?|bots?)?\s+(?:that\s+|who\s+|which\s+)?(?:is\s+|are\s+)?(?:reading|processing|summari[sz]ing|parsing|analy[sz]ing|reviewing)\b)"},
    {kAddress,
     R"(\bif\s+you(?:'re|\s+are)\s+(?:an?\s+)?(?:AI|LLM|large\s+language|language\s+model|assistant|chat-?bot|agent)\b)"},
    {kAddress, R"(\byou,?\s+(?:the|as\s+an?)\s+(?:AI|LLM|assistant|language\s+model|agent)\b)"},
    {kAddress,
     R"(\b(?:querid[oa]|estimad[oa]|atenci[oó]n|aten[cç][aã]o|ch[eè]re?|attention|liebe[rs]?|achtung|car[oa]|attenzione)[,: ]+(?:l['’])?(?:IA|KI|AI|asistente|assistente|assistant|assistenten?|modelo|mod[eè]le|modell)\b)"},
    {kAddress, R"((?:уважаем(?:ый|ая|ое|ые)|внимание)[,: ]+(?:ИИ|нейросеть|ассистент|модель))"},
    {kAddress, R"((?:亲爱的|尊敬的|注意)[,,:: ]?(?:AI|人工智能|助手|模型|语言模型))"},
    {kAddress, R"((?:AI|アシスタント|言語モデル)(?:へ|の皆さん|への指示|さん))"},
};

}  // namespace

std::span<const Cue> discussion_cues() noexcept { return kCues; }

}  // namespace credence
