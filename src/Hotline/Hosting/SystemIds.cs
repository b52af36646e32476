using System.Security.Cryptography;
using Hotline.Store;

namespace Hotline.Hosting;

/// <summary>Production's ids: version 7, and codes from the system's secure source.</summary>
public sealed class SystemIds : IIds
{
    // No 0 O 1 I L: codes are read out on the telephone.
    private const string Alphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";

    public Guid New() => Guid.CreateVersion7();

    public string Code(int length) => RandomNumberGenerator.GetString(Alphabet, length);
}
