using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Http;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Paging;

/// <summary>Starting, answering and stopping a page: pure decisions.</summary>
public static class Pages
{
    /// <summary>The events that begin a page; they go into a stream of their own, kind "page".</summary>
    public static ImmutableArray<Happening> Start(PageNeed need) =>
    [
        new PageStarted
        {
            Report = need.ReportId, ReportNumber = need.ReportNumber, Case = need.CaseId, Triage = need.Triage,
            Division = need.Division, Why = need.Why, Clock = need.Clock, About = need.About, Roster = need.Roster, Staff = need.Staff, HandOver = need.HandOver,
            Household = need.Household, Drill = need.Drill, Person = need.Person, Plan = need.Plan.Name, Exercise = need.Exercise,
            Steps = [.. from step in need.Plan.Steps
                let after = step.After(need.Triage)
                where after is not null && (!need.Exercise || need.Person is not null || StaysInside(step))
                select new PlanStep((int)after.Value.TotalSeconds, step.TargetRole, step.Level, step.Channels) { Shift = step.Shift, Person = step.Person }],
            RepeatEverySeconds = Math.Max(30, (int)need.Plan.RepeatEvery.TotalSeconds),
            IdleAfterSeconds = (int)need.Plan.IdleAfterAcknowledge.TotalSeconds,
            AskAfterSeconds = Math.Max(30, (int)need.Ringing.AskProviderAfter.TotalSeconds), AskTimesMax = need.Ringing.AskProviderTimes,
        },
    ];

    /// <summary>An exercise rings the hotline's own people up to the city: no police, no province.</summary>
    private static bool StaysInside(EscalationStep step) => step.TargetRole != Security.Roles.PoliceLiaison && step.Level is not ("province" or "neighbour");

    /// <summary>The same as a writing, for rooms that start a page because of what happened in theirs.</summary>
    public static Writing Starting(Loader load, Guid page, PageNeed need) =>
        Writing.To(load.Kind(PageFile.KindName), page, new PageFile { Id = page }, Start(need));

    /// <summary>A human takes it. Answering commutes: who comes second is told who was first, and nothing changes.</summary>
    public static Decision Acknowledge(StreamKind kind, PageFile page, Actor by, string how, Guid? attempt)
    {
        if (page.Started is null) return new Decision.Refused(new Problem(404, "not-found"));
        if (page.State == PageFile.Stopped) return new Decision.Refused(new Problem(409, "page-stopped"));
        if (!page.IsRinging) return new Decision.Nothing();
        var answered = attempt ?? page.Attempts.LastOrDefault(a => a.Person == by.Id && a.Channel == how)?.Id;
        return new Decision.Accepted(Writing.To(kind, page.Id, page, new PageAcknowledged(by, how, answered)))
        {
            Outbox = CallsToEnd(page, answered),
        };
    }

    /// <summary>The same for pages whose matter somebody took in hand elsewhere.</summary>
    public static async Task<IReadOnlyList<Writing>> Acknowledged(Loader load, IEnumerable<Guid> pages, Actor by, string how, bool beside = false)
    {
        var writings = new List<Writing>();
        foreach (var id in pages)
        {
            var page = await load.Load<PageFile>(PageFile.KindName, id, CancellationToken.None);
            // An answer to another page says nothing of a danger that rings for itself.
            if (page.IsRinging && !(beside && StandsAlone(page))) writings.Add(Writing.To(load.Kind(PageFile.KindName), id, page, new PageAcknowledged(by, how, null)));
        }
        return writings;
    }

    /// <summary>Nor of one that nobody has been told of yet, nor of a letter.</summary>
    private static bool StandsAlone(PageFile page) =>
        PageNeed.RingsForItself(page.Started!.Why) || page.Started.Why == PageNeed.ReporterWrote || !page.Attempts.Any(a => a.SentAt is not null);

    /// <summary>A supervisor ends the ringing, with a reason that stays on record.</summary>
    public static Decision Stop(StreamKind kind, PageFile page, Actor by, SealedRef reason, IReadOnlyList<RowChange> sealedRows)
    {
        if (page.Started is null) return new Decision.Refused(new Problem(404, "not-found"));
        if (page.State == PageFile.Stopped) return new Decision.Nothing();
        return new Decision.Accepted(Writing.To(kind, page.Id, page, new PageStopped(by, reason)))
        {
            Rows = [.. sealedRows], Outbox = CallsToEnd(page, null),
        };
    }

    /// <summary>Its drill is over; calls that still ring are ended.</summary>
    public static (Writing Writing, ImmutableArray<OutboxMessage> Outbox) Lapse(StreamKind kind, PageFile page) =>
        (Writing.To(kind, page.Id, page, new PageLapsed()), CallsToEnd(page, null));

    /// <summary>A person ends an attempt that does not get out. One that got out, or failed, meanwhile stays as it is.</summary>
    public static Decision Close(StreamKind kind, PageFile page, Guid attempt, Actor by, SealedRef reason, IReadOnlyList<RowChange> sealedRows) =>
        page.Attempt(attempt) is { IsSettled: false }
            ? new Decision.Accepted(Writing.To(kind, page.Id, page, new AttemptClosed(attempt, by, reason))) { Rows = [.. sealedRows] }
            : new Decision.Nothing();

    /// <summary>Acknowledged, and then nothing: it rings again. Any human step after it began to ring counts as a deed (the one that made
    /// it ring does not), and a page whose matter is done rests.</summary>
    public static Decision Idle(StreamKind kind, PageFile page, Matter matter, DateTimeOffset now)
    {
        if (page.State != PageFile.Acknowledged || page.IdleAt is not { } idle || idle > now + PageTimers.Rounding) return new Decision.Nothing(PageTimers.Idle(page));
        return matter.IsDone || matter.LastDeed > page.RingingSince
            ? new Decision.Nothing(PageTimers.Idle(page with { IdleAt = null }))
            : new Decision.Accepted(Writing.To(kind, page.Id, page, new PageRangAgain()));
    }

    private static ImmutableArray<OutboxMessage> CallsToEnd(PageFile page, Guid? answering) =>
        [.. page.Attempts.Where(a => a.IsCallUnderWay && a.Id != answering)
            .Select(a => new OutboxMessage(OutboxIds.EndCall(a.Id, page), Topics.EndCall, AttemptRef.Json(page.Id, a.Id)))];
}

/// <summary>Outbox topics of paging.</summary>
public static class Topics
{
    public const string Sms = "telephone.sms";
    public const string Call = "telephone.call";
    public const string EndCall = "telephone.end-call";
    public const string Ask = "telephone.ask";
    public const string Follow = "telephone.follow";

    public static string Of(string channel) => channel == Channels.Sms ? Sms : Call;
}

/// <summary>An outbox payload: ids only. Number and words are made when it is sent.</summary>
public sealed record AttemptRef(Guid Page, Guid Attempt)
{
    public static string Json(Guid page, Guid attempt) => $$"""{"page":"{{page}}","attempt":"{{attempt}}"}""";

    public static AttemptRef Of(OutboxItem item) =>
        System.Text.Json.JsonSerializer.Deserialize<AttemptRef>(item.Payload, Codec.Json) ?? throw new InvalidOperationException("An empty payload.");
}

internal static class OutboxIds
{
    /// <summary>One message per attempt and command: a page that rings again and is answered again ends a call again whose first end
    /// still waits.</summary>
    public static Guid EndCall(Guid attempt, PageFile page)
    {
        var bytes = attempt.ToByteArray();
        bytes[^1] ^= 0xE1;
        BitConverter.TryWriteBytes(bytes, BitConverter.ToInt64(bytes) ^ page.Version);
        return new Guid(bytes);
    }
}
