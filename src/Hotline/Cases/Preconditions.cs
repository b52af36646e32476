using System.Globalization;
using Hotline.Http;

namespace Hotline.Cases;

/// <summary>If-Match as the contract wants it: one version in quotes.</summary>
public static class Preconditions
{
    public static (long? Version, Problem? Refusal) IfMatch(HttpRequest request)
    {
        var given = request.Headers.IfMatch.ToString().Trim();
        if (given.Length == 0) return (null, new Problem(428, "version-missing"));
        var bare = given.StartsWith("W/", StringComparison.Ordinal) ? given[2..] : given;
        if (bare.Length >= 2 && bare[0] == '"' && bare[^1] == '"') bare = bare[1..^1];
        return long.TryParse(bare, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? (version, null)
            // A tag that is no version of ours cannot be the present one.
            : (-1, null);
    }
}
