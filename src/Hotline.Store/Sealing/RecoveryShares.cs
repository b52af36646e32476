using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Hotline.Store.Sealing;

/// <summary>Three shares of the master key, any two of which give it back (Shamir, GF(256), threshold 2); one alone says
/// nothing. A share reads <c>hotline-share-NUMBER-KEYID-HEX-CHECK</c> and can be typed from paper.</summary>
public static class RecoveryShares
{
    public const int Count = 3;
    private const string Name = "hotline-share";

    private sealed record Share(byte X, string KeyId, byte[] Y);

    public static ImmutableArray<string> Split(MasterKey key)
    {
        // One random slope a byte: the line through (0, secret) is known from any two points on it.
        var slope = RandomNumberGenerator.GetBytes(MasterKey.Bytes);
        var shares = ImmutableArray.CreateBuilder<string>(Count);
        for (byte x = 1; x <= Count; x++)
        {
            var y = new byte[MasterKey.Bytes];
            for (var i = 0; i < y.Length; i++) y[i] = (byte)(key.Secret[i] ^ Multiply(slope[i], x));
            var body = $"{Name}-{x}-{key.Id}-{Convert.ToHexStringLower(y)}";
            shares.Add($"{body}-{Check(body)}");
        }
        CryptographicOperations.ZeroMemory(slope);
        return shares.MoveToImmutable();
    }

    /// <summary>The master key from two different shares of it.</summary>
    public static MasterKey Recover(string one, string other)
    {
        var (a, b) = (Parse(one), Parse(other));
        if (a.KeyId != b.KeyId) throw new StartRefusedException("The two shares belong to different master keys.");
        if (a.X == b.X) throw new StartRefusedException("The same share was given twice: two different ones are needed.");
        var scale = Inverse((byte)(a.X ^ b.X));
        var secret = new byte[MasterKey.Bytes];
        for (var i = 0; i < secret.Length; i++)
            secret[i] = Multiply((byte)(Multiply(a.Y[i], b.X) ^ Multiply(b.Y[i], a.X)), scale);
        var key = new MasterKey(secret);
        return key.Id == a.KeyId ? key : throw new StartRefusedException("The shares do not give the master key they name.");
    }

    private static Share Parse(string text)
    {
        var share = text.Trim();
        var parts = share.Split('-');
        var fine = parts.Length == 6 && share.StartsWith(Name + "-", StringComparison.Ordinal)
            && byte.TryParse(parts[2], CultureInfo.InvariantCulture, out var x) && x is >= 1 and <= Count
            && parts[4].Length == MasterKey.Bytes * 2 && Check(share[..share.LastIndexOf('-')]) == parts[5];
        return fine
            ? new(byte.Parse(parts[2], CultureInfo.InvariantCulture), parts[3], Convert.FromHexString(parts[4]))
            : throw new StartRefusedException("This is not a whole recovery share (hotline-share-…): look for a slip in typing.");
    }

    private static string Check(string body) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(body)))[..8];

    /// <summary>In GF(256) with AES's polynomial; no table and no branch on secrets, so timing tells nothing.</summary>
    private static byte Multiply(byte a, byte b)
    {
        var (product, shifted) = (0, (int)a);
        for (var bit = 0; bit < 8; bit++)
        {
            product ^= -((b >> bit) & 1) & shifted;
            shifted = (shifted << 1) ^ (-((shifted >> 7) & 1) & 0x11B);
        }
        return (byte)product;
    }

    /// <summary>x²⁵⁴.</summary>
    private static byte Inverse(byte value)
    {
        byte result = 1;
        for (var i = 0; i < 254; i++) result = Multiply(result, value);
        return result;
    }
}
