using System.Collections.Frozen;

namespace Hotline.Telephony;

/// <summary>What somebody on the way or on the spot says in a word, with whatever follows it (who came along).</summary>
public sealed record FieldWord(string Said, string Rest)
{
    public const string SetOut = nameof(SetOut);
    public const string Arrive = nameof(Arrive);
    public const string SeeChild = nameof(SeeChild);
    public const string NeedHelp = nameof(NeedHelp);
    public const string CheckIn = nameof(CheckIn);
    public const string LeaveScene = nameof(LeaveScene);

    private const int TextMax = 80;

    /// <summary>Not HELP, STOP, END or YES: the gateway keeps those words for itself.</summary>
    private static readonly FrozenDictionary<string, string> Words = new Dictionary<string, string>
    {
        ["出发"] = SetOut, ["已出发"] = SetOut, ["在路上"] = SetOut, ["otw"] = SetOut,
        ["到达"] = Arrive, ["已到达"] = Arrive, ["到了"] = Arrive, ["已到"] = Arrive, ["arrived"] = Arrive,
        ["见到孩子"] = SeeChild, ["已见到孩子"] = SeeChild, ["见到了"] = SeeChild, ["seen"] = SeeChild,
        ["求助"] = NeedHelp, ["需要支援"] = NeedHelp, ["支援"] = NeedHelp, ["救命"] = NeedHelp, ["sos"] = NeedHelp,
        ["平安"] = CheckIn, ["报平安"] = CheckIn, ["ok"] = CheckIn,
        ["离开"] = LeaveScene, ["已离开"] = LeaveScene, ["left"] = LeaveScene,
    }.ToFrozenDictionary();

    /// <summary>The key on the telephone that says the same.</summary>
    public static string? OfKey(string? key) => key switch
    {
        "1" => SetOut, "2" => Arrive, "3" => SeeChild, "4" => CheckIn, "5" => NeedHelp, "6" => LeaveScene, _ => null,
    };

    public static FieldWord? Read(string? text)
    {
        var folded = FullWidth.Fold(text ?? "").Trim().Trim('。', '！', '!', '.', '，', ',').Trim();
        if (folded.Length is 0 or > TextMax) return null;
        var word = Words.Keys.Where(w => folded.StartsWith(w, StringComparison.OrdinalIgnoreCase)).MaxBy(w => w.Length);
        if (word is null) return null;
        var rest = folded[word.Length..].Trim(' ', '，', ',', '、', '：', ':');
        // "okay whatever" is no word of ours; a name may follow a Chinese word at once.
        return rest.Length > 0 && char.IsAsciiLetter(word[^1]) && char.IsAsciiLetter(folded[word.Length]) ? null : new(Words[word], rest);
    }
}
