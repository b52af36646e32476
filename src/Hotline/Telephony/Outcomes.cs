namespace Hotline.Telephony;

/// <summary>How a create or update ended, in the words the engine acts on.</summary>
public abstract record Submitted
{
    private Submitted() { }

    public sealed record Accepted(string Sid, string Status) : Submitted;

    /// <summary>The gateway said no; certainly nothing went out.</summary>
    public sealed record Rejected(ErrorClass Class, int? Code) : Submitted;

    /// <summary>Never left, or turned away before processing: safe to repeat after the wait.</summary>
    public sealed record NotProcessed(TimeSpan? RetryAfter) : Submitted;

    /// <summary>It may have gone out. Look for it before repeating.</summary>
    public sealed record Unknown(string Why) : Submitted;
}

/// <summary>A message as the gateway lists it.</summary>
public sealed record MessageSeen(string Sid, string Status, string To, string From, string Body, int? ErrorCode, DateTimeOffset? CreatedAt);

/// <summary>A call as the gateway lists it.</summary>
public sealed record CallSeen(string Sid, string Status, string To, string From, DateTimeOffset? CreatedAt);

/// <summary>A text to send. The number is opened from the vault at the last moment.</summary>
public sealed record OutgoingText(PhoneNumber To, string Body, string StatusCallback, TimeSpan? Validity);

/// <summary>A call to place; the gateway asks <paramref name="Url"/> for what to say.</summary>
public sealed record OutgoingCall(PhoneNumber To, string Url, string StatusCallback, TimeSpan RingFor);
