using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Hotline.Telephony;

public enum ReplyAction { Take, Close, PassOn }

/// <summary>What a person meant by a text.</summary>
public abstract record Reply
{
    private Reply() { }

    /// <summary>The code printed in a page, with what to do.</summary>
    public sealed record Coded(int Code, ReplyAction Action) : Reply;

    /// <summary>An action without a code: good only when exactly one page is open.</summary>
    public sealed record Bare(ReplyAction Action) : Reply;

    /// <summary>The vendor has blocked its texts to this phone already; never answered by us.</summary>
    public sealed record OptOut : Reply;

    public sealed record OptIn : Reply;

    /// <summary>Answered by the vendor, not by us.</summary>
    public sealed record Help : Reply;

    public sealed record NotUnderstood : Reply;
}

/// <summary>Reads replies as tired people type them: full-width digits, any case, spaces, quotes, Chinese words.</summary>
public static partial class Replies
{
    private const int TextMax = 200;

    private static readonly ImmutableHashSet<string> OptOutWords =
        ["stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"];

    private static readonly ImmutableHashSet<string> OptInWords = ["start", "yes", "unstop"];
    private static readonly ImmutableHashSet<string> HelpWords = ["help", "info"];

    private static readonly ImmutableDictionary<string, ReplyAction> Actions = new Dictionary<string, ReplyAction>
    {
        ["a"] = ReplyAction.Take, ["ack"] = ReplyAction.Take, ["确认"] = ReplyAction.Take, ["收到"] = ReplyAction.Take,
        ["接警"] = ReplyAction.Take, ["已确认"] = ReplyAction.Take, ["確認"] = ReplyAction.Take,
        ["c"] = ReplyAction.Close, ["关闭"] = ReplyAction.Close, ["办结"] = ReplyAction.Close,
        ["e"] = ReplyAction.PassOn, ["转交"] = ReplyAction.PassOn, ["升级"] = ReplyAction.PassOn,
    }.ToImmutableDictionary(StringComparer.Ordinal);

    public static Reply Read(string? text)
    {
        var folded = Fold(text ?? "");
        if (OptOutWords.Contains(folded)) return new Reply.OptOut();
        if (OptInWords.Contains(folded)) return new Reply.OptIn();
        if (HelpWords.Contains(folded)) return new Reply.Help();
        if (Actions.TryGetValue(folded, out var bare)) return new Reply.Bare(bare);
        var match = CodeFirst().Match(folded) is { Success: true } first ? first : CodeLast().Match(folded);
        return match.Success && Actions.TryGetValue(match.Groups["word"].Value, out var action)
            ? new Reply.Coded(int.Parse(match.Groups["code"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture), action)
            : new Reply.NotUnderstood();
    }

    private static string Fold(string text) =>
        text.Length > TextMax ? "" : string.Concat(FullWidth.Fold(text).Where(char.IsLetterOrDigit)).ToLowerInvariant();

    [GeneratedRegex(@"^(?<code>[0-9]{1,3})(?<word>[^0-9]+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex CodeFirst();

    [GeneratedRegex(@"^(?<word>[^0-9]+)(?<code>[0-9]{1,3})\z", RegexOptions.CultureInvariant)]
    private static partial Regex CodeLast();
}

/// <summary>Full-width forms as their plain twins. Written out because the server runs without a culture's tables, where
/// the framework's own normalisation leaves them as they are.</summary>
internal static class FullWidth
{
    public static string Fold(string text) => string.Create(text.Length, text, (span, source) =>
    {
        for (var i = 0; i < source.Length; i++)
            span[i] = source[i] switch
            {
                >= '\uff01' and <= '\uff5e' => (char)(source[i] - 0xfee0),
                '\u3000' => ' ',
                _ => source[i],
            };
    });
}
