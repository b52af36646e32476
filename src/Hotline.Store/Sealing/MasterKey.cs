using System.Security.Cryptography;

namespace Hotline.Store.Sealing;

/// <summary>The key that wraps every data key. Its <see cref="Id"/> may be shown and stored; the key itself never is.</summary>
public sealed class MasterKey
{
    public const int Bytes = 32;
    internal const int NonceBytes = 12, TagBytes = 16;

    private readonly byte[] _key;

    internal MasterKey(byte[] key)
    {
        if (key.Length != Bytes) throw new ArgumentException("A master key has 32 bytes.", nameof(key));
        _key = key;
        Id = Convert.ToHexStringLower(HMACSHA256.HashData(key, "hotline master key id"u8))[..16];
    }

    /// <summary>A name for the key that says nothing about it: 16 hex digits.</summary>
    public string Id { get; }

    internal ReadOnlySpan<byte> Secret => _key;

    public static MasterKey Make() => new(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>Reads the setting: 32 bytes in base64, or <c>file:PATH</c> of a file that holds them.</summary>
    public static MasterKey Parse(string setting)
    {
        const string File = "file:";
        var text = setting.Trim();
        if (text.StartsWith(File, StringComparison.Ordinal)) return Read(text[File.Length..]);
        var bytes = new byte[Bytes];
        return Convert.TryFromBase64String(text, bytes, out var length) && length == Bytes
            ? new(bytes)
            : throw new StartRefusedException("Hotline:MasterKey is not 32 bytes in base64, nor file:PATH of a file with them.");
    }

    internal static MasterKey Read(string path)
    {
        try
        {
            var text = File.ReadAllText(path).Trim();
            var bytes = new byte[Bytes];
            if (Convert.TryFromBase64String(text, bytes, out var length) && length == Bytes) return new(bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"The master key file {path} cannot be read: {e.Message}", e);
        }
        throw new StartRefusedException($"The master key file {path} does not hold 32 bytes in base64.");
    }

    internal string Base64 => Convert.ToBase64String(_key);

    /// <summary>Wraps a data key; the wrapping is bound to the key's id, so that two rows cannot be exchanged.</summary>
    internal (byte[] Nonce, byte[] Wrapped) Wrap(Guid keyId, ReadOnlySpan<byte> dataKey)
    {
        var nonce = RandomNumberGenerator.GetBytes(NonceBytes);
        return (nonce, Gcm.Encrypt(_key, nonce, dataKey, Binding(keyId)));
    }

    internal byte[] Unwrap(Guid keyId, byte[] nonce, byte[] wrapped) => Gcm.Decrypt(_key, nonce, wrapped, Binding(keyId));

    private static byte[] Binding(Guid keyId) => [.. "hotline data key v1"u8, .. keyId.ToByteArray(bigEndian: true)];
}

/// <summary>AES-256-GCM with the tag behind the ciphertext.</summary>
internal static class Gcm
{
    public static byte[] Encrypt(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> bound)
    {
        var sealedBytes = new byte[plain.Length + MasterKey.TagBytes];
        using var aes = new AesGcm(key, MasterKey.TagBytes);
        aes.Encrypt(nonce, plain, sealedBytes.AsSpan(0, plain.Length), sealedBytes.AsSpan(plain.Length), bound);
        return sealedBytes;
    }

    /// <summary>Throws <see cref="AuthenticationTagMismatchException"/> when anything but the very same was put in.</summary>
    public static byte[] Decrypt(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> bound)
    {
        if (sealedBytes.Length < MasterKey.TagBytes)
            throw new AuthenticationTagMismatchException("The sealed value is cut short.");
        var plain = new byte[sealedBytes.Length - MasterKey.TagBytes];
        using var aes = new AesGcm(key, MasterKey.TagBytes);
        aes.Decrypt(nonce, sealedBytes[..plain.Length], sealedBytes[plain.Length..], plain, bound);
        return plain;
    }
}
