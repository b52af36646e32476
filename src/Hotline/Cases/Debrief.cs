using Hotline.Store;

namespace Hotline.Cases;

/// <summary>A debrief is owed for a case. First event of its stream, which folds into a <see cref="CaseFile"/> like all others.</summary>
/// <param name="Why">T1 or Death.</param>
public sealed record DebriefAsked(Guid Case, string CaseNumber, string Why, string Division, string PackVersion, bool Exercise) : Happening;

/// <summary>What a debrief's file holds beside its machine's state: of a case its number alone.</summary>
public sealed record DebriefFacts(DebriefAsked Asked)
{
    public const string Kind = "debrief";
    public const string Urgent = "T1";
    public const string Death = nameof(Death);

    /// <summary>It rings nobody out of their sleep [design].</summary>
    public const string Level = "T3";

    /// <summary>One debrief a case, whoever asks for it and how often.</summary>
    public static Guid IdOf(Guid caseId)
    {
        var bytes = caseId.ToByteArray();
        bytes[^1] ^= 0xDB;
        return new Guid(bytes);
    }
}

/// <summary>Debriefs: files of the one shape, with rows and clocks of their own.</summary>
public sealed class DebriefKind(PolicyBook policies) : StreamKind<CaseFile>(DebriefFacts.Kind)
{
    protected override CaseFile Start(Guid id) => CaseFile.Empty(id, Name);

    protected override CaseFile Evolve(CaseFile file, Recorded recorded) => file.Evolve(recorded);

    protected override long VersionOf(CaseFile file) => file.Version;

    protected override IEnumerable<RowChange> Rows(CaseFile file) => file.Debrief is not { } debrief ? [] :
    [
        new FileRow
        {
            Id = file.Id, Kind = Name, Version = file.Version, Number = file.Number, State = file.State, Stage = file.Fact("why"), Triage = file.Triage,
            Division = file.Division, Owner = file.Owner?.Id, IsOpen = policies.Of(file).Machines[Name].Find(file.State) is { Final: false },
            DueAt = AssignmentKind.NextDue(file), OpenedAt = file.OpenedAt,
            Body = new DebriefBody(debrief.Asked.CaseNumber, [.. file.Clocks.Values], file.PackVersion, file.Exercise),
        }.Change(),
    ];

    protected override IEnumerable<TimerChange> Timers(CaseFile before, CaseFile after) => ClockTimers.Between(after.Id, before.Clocks, after.Clocks);
}

/// <summary>What the row of a debrief shows. Nothing that was said in it.</summary>
public sealed record DebriefBody(string CaseNumber, IReadOnlyList<ClockState> Clocks, string PackVersion, bool Exercise);
