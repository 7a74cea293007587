#include "scanners/normalise/word_lists.h"

namespace credence::normalise {
namespace {

constexpr std::string_view kEnglish[] = {
    // English: function words and the commonest others.
    "the of and to in is it that for on with as was at by be this are from or have an they which "
    "one you were all her she there would their we him been has when who will no more if out so "
    "said what up its about than into them can only other new some could time these two may then "
    "do first any my now such like our over man me even most made after also did many before must "
    "through years where much your way well down should because each just those people how too "
    "little state good very make world still own see men work long get here between both life "
    "being under never day same another know while last might us great old year off come since "
    "against go came right used take three states himself few house use during without again "
    "place around however home small found thought went say part once general high upon school "
    "every don't does got united left number course war until always away something fact though "
    "water less public put thing almost hand enough far took head yet government system better "
    "set told nothing night end why called didn't eyes find going look asked later knew point "
    "next program city business give group toward young days let room word several following "
    "not but his had he per via am shall please want need help using",
    // English: instructions, models, systems, data.
    "ignore ignoring disregard forget override bypass skip stop obey follow comply pretend act "
    "behave respond reply answer answers response responses output print write repeat say tell "
    "reveal show display disclose leak expose send sent forward email emails mail message messages "
    "post fetch call execute run open visit click download upload delete remove install transfer "
    "pay buy add append insert include mention recommend translate summarize summarise summary "
    "previous prior earlier above below preceding original instruction instructions direction "
    "directions command commands order orders rule rules guideline guidelines policy policies "
    "restriction restrictions limit limits filter filters safety prompt prompts context system "
    "developer admin administrator assistant user users model models language chatbot bot agent "
    "agents tool tools function functions human role mode jailbreak unrestricted uncensored secret "
    "secrets password passwords key keys token tokens credential credentials private confidential "
    "hidden sensitive data information document documents file files folder page website link url "
    "content text question questions request conversation history chat account bank money code "
    "script important urgent attention warning note notice immediately instead now only exactly "
    "nothing everything anything anyone everyone someone user's free true false approved "
    "authorized access grant enable disable enabled activate activated start begin end task tasks "
    "goal goals new real evil malicious attacker injection attack hacked pwned hack address "
    "number name names list value result results ranking best worst product company review "
    "reviews candidate resume hire score rating positive negative always never",
    // English: everyday nouns, verbs and adjectives.
    "hello world dear thank thanks yes meeting today tomorrow yesterday morning evening week month "
    "quick brown fox jumps lazy dog love read reading book books story phone computer internet "
    "server client version example test tests testing error errors change changes update updated "
    "report reports section table image video music food family friend friends children child "
    "woman women boy girl teacher student students doctor health country law court market price "
    "sale sales service services customer customers team project support office power light air "
    "fire earth sun sea river road car train plane door window white black red green blue big "
    "large short strong weak fast slow hot cold early late easy hard difficult simple different "
    "similar possible impossible available special common whole full empty clear ready sure "
    "happy sad live living died born play game learn teach speak think believe feel hear keep "
    "hold turn bring buy sell walk stand sit sleep eat drink drive fly kill save win lose pick "
    "build create created make makes making contain contains text inside outside within",
};

constexpr std::string_view kOthers[] = {
    // German.
    "der die das und ist nicht ein eine einen einem einer zu den dem mit von für auf auch sich "
    "des im es an als wie bei oder nur aus nach wenn noch werden wird sind haben hat war über um "
    "vom zum zur ich du sie wir ihr alle alles vorherigen anweisungen ignoriere ignorieren "
    "vergiss befolge antworte antworten system passwort geheim daten bitte jetzt",
    // French.
    "le la les un une des et est pas que qui dans pour sur avec par plus ce cette ces il elle nous "
    "vous ils sont été être avoir fait tout tous toutes mais ou où comme aux du au son sa ses ne "
    "se ignorez ignore oubliez précédentes instructions répondez réponse système secret données "
    "mot passe maintenant veuillez",
    // Spanish.
    "el los las una unos que de en y por con para como su sus más pero este esta estos esto fue "
    "ser está todo todos todas del al se no lo le ya son entre cuando muy sin sobre también hasta "
    "ignora ignorar olvida anteriores instrucciones responde respuesta sistema contraseña secreto "
    "datos ahora",
    // Italian.
    "il lo gli che di non per una con sono del della dei delle nel nella alla questo questa come "
    "anche più ma ha essere tutto tutti tutte ignora dimentica precedenti istruzioni rispondi "
    "risposta sistema segreto dati adesso ora",
    // Portuguese.
    "os as um uma não que em para com por mais como mas foi ao ele das dos na no nas nos seu sua "
    "ou ser quando muito há já está também só pelo pela até isso ignore ignorar esqueça anteriores "
    "instruções responda resposta sistema senha segredo dados agora",
    // Dutch.
    "het een van en dat niet zijn op aan met voor er maar om hem dan ook als bij nog uit wel naar "
    "hun deze dit wordt worden negeer vergeet vorige eerdere instructies antwoord systeem geheim "
    "wachtwoord gegevens nu alle",
    // Polish.
    "nie się na do jest że to jak ale po co tak za od przez tylko już dla był była wszystkie "
    "zignoruj poprzednie instrukcje odpowiedz system hasło dane teraz proszę",
    // Turkish.
    "bir ve bu için da de ile çok daha gibi olarak olan ne ama ben sen biz siz var yok önceki "
    "talimatları yoksay tüm sistem şifre gizli veri şimdi lütfen",
    // Vietnamese and Indonesian.
    "không của và là có được cho một các trong này với người những để bỏ qua hướng dẫn trước "
    "yang dan di itu dengan untuk tidak ini dari dalam akan pada juga abaikan semua instruksi "
    "sebelumnya sekarang rahasia",
    // Swedish, Danish, Norwegian, Czech, Romanian.
    "och att som det är för inte ett jag med till han hon den har ignorera tidigare instruktioner "
    "og jeg ikke der til af på men ignorer tidligere instruktioner a se že je na byl pro jako ale "
    "ignoruj předchozí pokyny și nu este sunt care pentru cu din mai ignoră instrucțiunile",
};

}  // namespace

std::span<const std::string_view> english_word_lists() noexcept { return kEnglish; }
std::span<const std::string_view> other_word_lists() noexcept { return kOthers; }

}  // namespace credence::normalise
