using System.Collections.Immutable;
using System.Text;

namespace Hotline.Telephony;

/// <summary>A form as it came over the wire: names keep their case, repeats and order. The framework's form collection
/// folds <c>body</c> and <c>Body</c> together, which breaks the signature.</summary>
public sealed record FormFields(ImmutableArray<KeyValuePair<string, string>> All)
{
    public const int FieldsMax = 400;

    public static FormFields Empty { get; } = new(ImmutableArray<KeyValuePair<string, string>>.Empty);

    /// <summary>The first value under exactly this name, or null.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var (key, value) in All)
                if (string.Equals(key, name, StringComparison.Ordinal)) return value;
            return null;
        }
    }

    /// <summary>Null when a percent escape is broken or there are more than <see cref="FieldsMax"/> fields.</summary>
    public static FormFields? Parse(ReadOnlySpan<byte> body)
    {
        var fields = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        while (!body.IsEmpty)
        {
            var end = body.IndexOf((byte)'&');
            var pair = end < 0 ? body : body[..end];
            body = end < 0 ? [] : body[(end + 1)..];
            if (pair.IsEmpty) continue;
            if (fields.Count == FieldsMax) return null;
            var equals = pair.IndexOf((byte)'=');
            var name = Decode(equals < 0 ? pair : pair[..equals]);
            var value = equals < 0 ? "" : Decode(pair[(equals + 1)..]);
            if (name is null || value is null) return null;
            fields.Add(new(name, value));
        }
        return new(fields.ToImmutable());
    }

    /// <summary>Encodes as the gateway reads it: everything but unreserved characters escaped, UTF-8.</summary>
    public static string Encode(IEnumerable<KeyValuePair<string, string>> fields) =>
        string.Join('&', fields.Select(f => $"{Uri.EscapeDataString(f.Key)}={Uri.EscapeDataString(f.Value)}"));

    private static string? Decode(ReadOnlySpan<byte> raw)
    {
        var bytes = new byte[raw.Length];
        var length = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != (byte)'%') { bytes[length++] = raw[i] == (byte)'+' ? (byte)' ' : raw[i]; continue; }
            if (i + 2 >= raw.Length || !char.IsAsciiHexDigit((char)raw[i + 1]) || !char.IsAsciiHexDigit((char)raw[i + 2]))
                return null;
            bytes[length++] = (byte)(Convert.ToInt32($"{(char)raw[i + 1]}{(char)raw[i + 2]}", 16));
            i += 2;
        }
        return Encoding.UTF8.GetString(bytes, 0, length);
    }
}
