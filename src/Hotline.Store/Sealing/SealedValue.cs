using System.Security.Cryptography;
using System.Text;

namespace Hotline.Store.Sealing;

/// <summary>A row of <c>hotline.sealed</c>. What is enciphered is salt ‖ text; value, owner and class are bound to it, so a
/// row moved to another place does not open.</summary>
internal sealed record SealedValue(Guid Value, Guid Owner, long Class, Guid Key, byte[] Nonce, byte[] Ciphertext)
{
    public const string Algorithm = "A256GCM/1";
    private const int SaltBytes = 32;

    public static readonly RowSet Rows = new("hotline.sealed",
    [
        new("value_id", "uuid"), new("person_id", "uuid"), new("class", "bigint"), new("key_version", "uuid"),
        new("alg", "text"), new("nonce", "bytea"), new("ciphertext", "bytea"),
    ], KeyColumns: 1);

    public RowChange Row => new(Rows, RowOp.InsertIfAbsent, [Value, Owner, Class, Key, Algorithm, Nonce, Ciphertext]);

    public static (SealedValue Value, string Commitment) Of(Guid value, ToSeal what, DataKey key)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        byte[] plain = [.. salt, .. Encoding.UTF8.GetBytes(what.Plaintext)];
        var nonce = RandomNumberGenerator.GetBytes(MasterKey.NonceBytes);
        var cipher = Gcm.Encrypt(key.Secret, nonce, plain, Binding(value, what.Owner, what.SensitivityClass));
        var row = new SealedValue(value, what.Owner, what.SensitivityClass, key.Id, nonce, cipher);
        return (row, Convert.ToHexStringLower(SHA256.HashData(plain)));
    }

    public string Open(ReadOnlySpan<byte> key)
    {
        try
        {
            var plain = Gcm.Decrypt(key, Nonce, Ciphertext, Binding(Value, Owner, Class));
            return Encoding.UTF8.GetString(plain.AsSpan(SaltBytes));
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new CryptographicException($"The sealed value {Value} was changed, moved, or sealed under another key.", e);
        }
    }

    private static byte[] Binding(Guid value, Guid owner, long sensitivityClass) =>
    [
        .. "hotline sealed v1"u8,
        .. value.ToByteArray(bigEndian: true), .. owner.ToByteArray(bigEndian: true), (byte)sensitivityClass,
    ];
}

/// <summary>A data key in the clear: it lives in memory alone.</summary>
internal sealed record DataKey(Guid Id, byte[] Secret);
