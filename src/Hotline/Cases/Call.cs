using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Hotline.Store;

namespace Hotline.Cases;

/// <summary>A call reached the hotline. First event of its stream, which folds into a <see cref="CaseFile"/> like all others.</summary>
public sealed record CallReceived : Happening
{
    public required string Number { get; init; }

    /// <summary>Who told of it: the organisation of the call centre, or none for our own line.</summary>
    public Guid? Centre { get; init; }

    /// <summary>The call's id there.</summary>
    public required string Reference { get; init; }

    public required string Division { get; init; }

    /// <summary>The caller's number, class 4; null where it was withheld, which takes nothing from the caller's rights.</summary>
    public SealedRef? Caller { get; init; }

    /// <summary>Somebody wrote instead of calling.</summary>
    public bool IsText { get; init; }

    /// <summary>Calls of the same number within the pack's window before, the newest first.</summary>
    public ImmutableArray<Guid> Earlier { get; init; } = [];

    [JsonIgnore]
    public bool Repeat => !Earlier.IsEmpty;

    public required string PackVersion { get; init; }
    public bool Exercise { get; init; }
}

/// <summary>What the telephone did, as its keeper told it; once per <paramref name="Key"/>. The trace that staff see.</summary>
/// <param name="What">ringing, answered, held, resumed, dropped, ended, recording, and for our own line also menu, queue-full …</param>
/// <param name="At">When, by the clock of whoever told it; null where that was not said.</param>
public sealed record CallHeard(string What, string Key, DateTimeOffset? At) : Happening;

/// <summary>Somebody has the line: from now on it is that person's own call.</summary>
public sealed record CallTaken(Actor By) : Happening;

/// <summary>What was written, where somebody wrote instead of calling.</summary>
public sealed record CallWritten(SealedRef Text) : Happening;

/// <summary>A recording lies with the call centre. Only its reference is kept here, sealed.</summary>
/// <param name="Announced">The caller was told before that the call is recorded.</param>
public sealed record CallRecorded(SealedRef Reference, bool Announced) : Happening;

/// <summary>How a call-back fared: Dialling (the officer's telephone rings), OfficerAway, Joined, NotReached, NoTelephone of
/// the officer is known, Refused by the gateway, NotAbroad (no legal basis for giving the number to it).</summary>
/// <param name="Attempt">The version of the step that asked for it.</param>
public sealed record CallBackFared(long Attempt, string How) : Happening
{
    public const string Dialling = nameof(Dialling);
    public const string OfficerAway = nameof(OfficerAway);
    public const string Joined = nameof(Joined);
    public const string NotReached = nameof(NotReached);
    public const string Refused = nameof(Refused);
    public const string NoTelephone = nameof(NoTelephone);
    public const string NotAbroad = nameof(NotAbroad);
}

/// <summary>In the call's stream: what it led to. In the other's stream, as <see cref="CallTold"/>, where it came from.</summary>
public sealed record CallLed(string Kind, Guid To, string Number) : Happening;

/// <summary>In the stream of a report or case: a caller told this.</summary>
public sealed record CallTold(Guid Call, string Number, SealedRef? Text, Actor By) : Happening;

/// <summary>A call-back that was asked for.</summary>
public sealed record CallBack(long Attempt, Guid By, DateTimeOffset At, string? How)
{
    public bool IsUnderWay => How is null or CallBackFared.Dialling;
}

/// <summary>What a call's file holds beside its machine's state.</summary>
public sealed record CallFacts(CallReceived Received)
{
    public const string Kind = "call";

    /// <summary>Nobody knows yet what a call is about, so it counts as urgent [design].</summary>
    public const string Level = "T2";

    public ImmutableHashSet<string> Heard { get; init; } = [];
    public Actor? TakenBy { get; init; }
    public DateTimeOffset? AnsweredAt { get; init; }
    public ImmutableArray<CallRecorded> Recordings { get; init; } = [];
    public ImmutableArray<CallBack> Backs { get; init; } = [];
    public ImmutableArray<Link> Led { get; init; } = [];

    public bool NumberKnown => Received.Caller is not null;

    /// <summary>The events of a call among all others, and what they make true.</summary>
    internal static CallFacts? Evolve(CallFacts? call, Recorded recorded) => call is null ? null : recorded.What switch
    {
        CallHeard e => call with { Heard = call.Heard.Add(e.Key) },
        CallTaken e => call with { TakenBy = e.By },
        CallRecorded e => call with { Recordings = call.Recordings.Add(e) },
        CallLed e => call with { Led = call.Led.Add(new(e.To, e.Number, e.Kind)) },
        CallBackFared e => call with { Backs = [.. call.Backs.Select(b => b.Attempt == e.Attempt ? b with { How = e.How } : b)] },
        StepTaken { Machine: Kind, Trigger: "Answer" } => call with { AnsweredAt = call.AnsweredAt ?? recorded.At },
        StepTaken { Machine: Kind, Trigger: "PlaceCallBack" } e => call with { Backs = call.Backs.Add(new(recorded.Version, e.By.Id, recorded.At, null)) },
        _ => call,
    };
}

/// <summary>What telephones do, in the reader's words: both languages, of which the console shows one.</summary>
internal static class CallWords
{
    private static readonly FrozenDictionary<string, string> Words = new Dictionary<string, string>
    {
        ["ringing"] = "振铃 / ringing", ["answered"] = "接听 / answered", ["held"] = "等候 / held", ["resumed"] = "恢复通话 / resumed",
        ["text"] = "来信 / a text", ["dropped"] = "断线 / dropped", ["ended"] = "结束 / ended", ["recording"] = "录音 / recording",
        ["queue queue-full"] = "队列已满 / queue full", ["queue error"] = "队列故障 / queue failed", ["queue system-error"] = "队列故障 / queue failed",
        [CallBackFared.Dialling] = "正在呼叫值班员电话 / ringing the officer", [CallBackFared.OfficerAway] = "值班员未接 / the officer did not pick up",
        [CallBackFared.Joined] = "已接通 / joined", [CallBackFared.NotReached] = "来电人未接 / not reached",
        [CallBackFared.Refused] = "网关拒绝 / refused by the gateway", [CallBackFared.NoTelephone] = "没有值班员电话 / the officer has no telephone here",
        [CallBackFared.NotAbroad] = "无出境依据，不能经境外网关 / no legal basis for a gateway abroad",
    }.ToFrozenDictionary();

    public static string Of(string word) => Words.GetValueOrDefault(word, word);
}
