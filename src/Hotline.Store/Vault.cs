namespace Hotline.Store;

/// <summary>What an event carries in place of personal data: where the sealed value lies, and a commitment
/// SHA-256(salt ‖ plaintext) that proves it unchanged after the key is rotated or erased.</summary>
public sealed record SealedRef(Guid ValueId, string Commitment);

/// <summary>A plaintext to seal. <paramref name="Owner"/> has one data key: a person, or a report's free text.
/// <paramref name="SensitivityClass"/> is 0–4 of the data dictionary.</summary>
/// <param name="FirstTime">The owner's id was made for this very command: no key of theirs is looked for.</param>
public sealed record ToSeal(Guid Owner, int SensitivityClass, string Plaintext, bool FirstTime = false);

/// <summary>Seals personal data. AES-256-GCM, one data key per owner, wrapped by the master key and kept in a store of its own.</summary>
public interface IVault
{
    /// <summary>Seals values under durable keys and returns, in order, the references for events and the rows the append must
    /// carry. Nothing is readable unless those rows commit; orphan keys are harmless.</summary>
    Task<(IReadOnlyList<SealedRef> Refs, IReadOnlyList<RowChange> Rows)> Seal(IReadOnlyList<ToSeal> values, CancellationToken cancel = default);

    /// <summary>Opens sealed values; an erased key gives null. Who may look is the caller's question, and its audit row too.</summary>
    Task<IReadOnlyDictionary<Guid, string?>> Open(IReadOnlyCollection<Guid> valueIds, CancellationToken cancel = default);
}
