namespace Hotline.Telephony;

/// <summary>What a channel can do towards a destination.</summary>
/// <param name="CanReply">The person can answer by the same way.</param>
/// <param name="CanCarryUrl">The words may hold an address.</param>
/// <param name="FreeText">The words are ours alone; otherwise they follow a text that was registered beforehand.</param>
/// <param name="NeedsTemplate">The request names a registered template and its parameters, and carries no words at all.</param>
public sealed record ChannelCapabilities(bool CanReply, bool CanCarryUrl, bool FreeText, bool NeedsTemplate)
{
    /// <summary>Texts from abroad to the mainland are one way and carry no address.</summary>
    public static ChannelCapabilities OfTwilio(PhoneNumber to) => to.IsMainland ? new(false, false, false, false) : new(true, true, true, false);

    public static ChannelCapabilities OfTemplates { get; } = new(CanReply: true, CanCarryUrl: false, FreeText: false, NeedsTemplate: true);

    public static ChannelCapabilities OfCalls { get; } = new(CanReply: true, CanCarryUrl: false, FreeText: true, NeedsTemplate: false);
}
