using System.Text.RegularExpressions;

namespace Hotline.Tests.Tidy;

/// <summary>Finds functions and their length in C# text by its braces. No compiler: a type's body is cut into its members,
/// and a member with a parameter list is a function.</summary>
public static partial class Functions
{
    public sealed record Found(string Name, int Line, int Lines);

    public static IEnumerable<Found> In(string text)
    {
        var bare = SourceFile.Bare(text);
        return Members(bare, 0, bare.Length);
    }

    private static IEnumerable<Found> Members(string bare, int from, int to)
    {
        for (var at = from; at < to;)
        {
            while (at < to && (char.IsWhiteSpace(bare[at]) || bare[at] is '}' or ';')) at++;
            at = SkipAttributes(bare, at, to);
            if (at >= to) yield break;
            var (bodyFrom, end) = Member(bare, at, to);
            var header = bare[at..(bodyFrom < 0 ? end : bodyFrom)];
            if (TypeOrNamespace().IsMatch(BeforeParenthesis(header)))
            {
                if (bodyFrom >= 0)
                {
                    foreach (var inner in Members(bare, bodyFrom + 1, end - 1)) yield return inner;
                }
            }
            else if (Function().Match(BeforeAssignment(header)) is { Success: true } function)
            {
                yield return new(function.Groups[1].Value, Line(bare, at), Line(bare, end - 1) - Line(bare, at) + 1);
            }
            at = Math.Max(end, at + 1);
        }
    }

    /// <summary>Where the member's outermost brace opens (-1: none) and where the member ends.</summary>
    private static (int BodyFrom, int End) Member(string bare, int from, int to)
    {
        var depth = 0;
        var parentheses = 0;
        var bodyFrom = -1;
        var expression = false;
        for (var at = from; at < to; at++)
        {
            switch (bare[at])
            {
                case '(' or '[': parentheses++; break;
                case ')' or ']': parentheses--; break;
                case '=' when depth == 0 && parentheses == 0: expression = true; break;
                case ';' when depth == 0 && parentheses == 0: return (bodyFrom, at + 1);
                case '{':
                    if (depth++ == 0 && bodyFrom < 0 && parentheses == 0) bodyFrom = at;
                    break;
                case '}':
                    // After "=" or "=>" a closing brace ends a switch or an initialiser; the member ends at its semicolon.
                    if (--depth == 0 && parentheses == 0 && !expression) return (bodyFrom, at + 1);
                    break;
            }
        }
        return (bodyFrom, to);
    }

    private static int SkipAttributes(string bare, int at, int to)
    {
        while (at < to && bare[at] == '[')
        {
            var depth = 0;
            for (; at < to; at++)
            {
                if (bare[at] == '[') depth++;
                if (bare[at] == ']' && --depth == 0) break;
            }
            at++;
            while (at < to && char.IsWhiteSpace(bare[at])) at++;
        }
        return at;
    }

    private static string BeforeParenthesis(string header) => header.IndexOf('(', StringComparison.Ordinal) is > 0 and var at ? header[..at] : header;

    /// <summary>What stands before a field's "=" or a body's "=>"; defaults of parameters and operators' names are neither.</summary>
    private static string BeforeAssignment(string header)
    {
        var parentheses = 0;
        for (var at = 0; at < header.Length; at++)
        {
            if (header[at] is '(' or '[') parentheses++;
            if (header[at] is ')' or ']') parentheses--;
            if (header[at] == '=' && parentheses == 0 && !header[..at].TrimEnd('=', '!', '<', '>').EndsWith("operator ", StringComparison.Ordinal))
                return header[..at];
        }
        return header;
    }

    private static int Line(string text, int at) => text.AsSpan(0, Math.Min(at, text.Length)).Count('\n') + 1;

    [GeneratedRegex(@"\b(namespace|class|struct|record|interface|enum|extension)\b")]
    private static partial Regex TypeOrNamespace();

    [GeneratedRegex(@"([\w.]+)\s*(?:<[^()]*>)?\s*\(")]
    private static partial Regex Function();
}
