namespace Hotline.Telephony;

/// <summary>Hears inbound texts that answer no page. What it returns goes back as a text; null is silence.</summary>
public interface IOtherTexts
{
    /// <summary>From a number that is nobody's of ours.</summary>
    Task<string?> OfStranger(string sid, string? from, string? to, string? body);

    /// <summary>From a member of staff, and no reply to a page; null where it is none of ours either.</summary>
    Task<string?> OfStaff(Guid person, string user, string role, string? body);
}
