using System.Collections.Immutable;
using Hotline.Cases;
using Npgsql;

namespace Hotline.Duty;

public sealed record PersonView(Guid Id, string User, string Name);

public sealed record WatchView(DateTimeOffset From, DateTimeOffset Until, IReadOnlyList<PersonView> People);

/// <summary>Who is on duty of one roster now and next, and the times nobody is.</summary>
/// <param name="Held">The shift before, as long as its hand-over is not signed: still responsible, and paged as well.</param>
public sealed record DutyView(
    Guid Roster, string Division, string Role, IReadOnlyList<PersonView> Now, IReadOnlyList<PersonView> Held, WatchView? Next,
    IReadOnlyList<WatchView> Gaps);

/// <summary>A roster with whatever of it is not over yet, and the people its ids mean.</summary>
public sealed record RosterView(
    Guid Id, long Version, string Division, string Role, string TimeZone, ImmutableArray<Shift> Shifts, ImmutableArray<Rotation> Rotations,
    ImmutableArray<ShiftOverride> Overrides, ImmutableArray<Absence> Absences, ImmutableArray<Swap> Swaps,
    IReadOnlyList<PersonView> People, IReadOnlyList<WatchView> Gaps);

/// <summary>The coming days of a roster that is not saved yet.</summary>
public sealed record RosterPreview(IReadOnlyList<WatchView> Items, IReadOnlyList<WatchView> Gaps);

/// <summary>Rosters as people read them.</summary>
public sealed class DutyViews(NpgsqlDataSource database, PolicyBook policies)
{
    public async Task<DutyView> Now(RosterFile roster, DateTimeOffset at, CancellationToken cancel)
    {
        var watches = Watches(roster, at, policies.For(roster.Division).Duty.LookAhead);
        var people = await People(roster, cancel);
        var next = watches.Skip(1).FirstOrDefault();
        return new(
            roster.Id, roster.Division, roster.Role, Named(watches[0].People, people),
            Named(Rota.Responsible(roster, at, policies.For(roster.Division).Calendar).Except(watches[0].People), people),
            next is null ? null : View(next, people), [.. watches.Where(w => w.IsGap).Select(w => View(w, people))]);
    }

    public async Task<RosterView> Of(RosterFile roster, DateTimeOffset at, CancellationToken cancel)
    {
        var people = await People(roster, cancel);
        return new(
            roster.Id, roster.Version, roster.Division, roster.Role, roster.TimeZone, roster.Shifts, roster.Rotations,
            [.. roster.Overrides.Where(o => o.Until > at)], [.. roster.Absences.Where(a => a.Until > at)],
            [.. roster.Swaps.Where(s => s.End > at)], [.. people.Values],
            [.. Watches(roster, at, policies.For(roster.Division).Duty.LookAhead).Where(w => w.IsGap).Select(w => View(w, people))]);
    }

    public IReadOnlyList<Watch> Watches(RosterFile roster, DateTimeOffset from, TimeSpan length) =>
        Rota.Watches(roster, from, length, policies.For(roster.Division).Calendar);

    public async Task<IReadOnlyList<WatchView>> Week(RosterFile roster, DateTimeOffset from, TimeSpan length, CancellationToken cancel)
    {
        var people = await People(roster, cancel);
        return [.. Watches(roster, from, length).Select(w => View(w, people))];
    }

    public async Task<RosterPreview> Preview(RosterFile roster, DateTimeOffset from, TimeSpan length, CancellationToken cancel)
    {
        var people = await People(roster, cancel);
        var watches = Watches(roster, from, length);
        return new([.. watches.Select(w => View(w, people))], [.. watches.Where(w => w.IsGap).Select(w => View(w, people))]);
    }

    public Task<IReadOnlyDictionary<Guid, PersonView>> People(RosterFile roster, CancellationToken cancel) => Named([.. roster.Named], cancel);

    /// <summary>These people by their names; one whose account is gone has none.</summary>
    public async Task<IReadOnlyDictionary<Guid, PersonView>> Named(IReadOnlyCollection<Guid> ids, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand("select id, user_name, display_name from hotline.accounts where id = any($1)");
        ask.Parameters.Add(new() { Value = ids.ToArray() });
        await using var rows = await ask.ExecuteReaderAsync(cancel);
        var people = ids.Distinct().ToDictionary(id => id, id => new PersonView(id, "", ""));
        while (await rows.ReadAsync(cancel)) people[rows.GetGuid(0)] = new(rows.GetGuid(0), rows.GetString(1), rows.GetString(2));
        return people;
    }

    private static WatchView View(Watch watch, IReadOnlyDictionary<Guid, PersonView> people) =>
        new(watch.From, watch.Until, Named(watch.People, people));

    private static IReadOnlyList<PersonView> Named(IEnumerable<Guid> ids, IReadOnlyDictionary<Guid, PersonView> people) =>
        [.. ids.Select(id => people.GetValueOrDefault(id) ?? new PersonView(id, "", ""))];
}
