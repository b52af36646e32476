using Hotline.Cases;
using Hotline.Security;
using Hotline.Store;

namespace Hotline.Duty;

/// <summary>Seals, writes and opens entries; each list that shows words is a look on record.</summary>
public sealed class LogDesk(
    IEventStore store, StreamKinds kinds, Writer writer, IVault vault, Looks looks, DutyViews views, DutyDesk desk, IIds ids, IBusinessClock clock)
{
    /// <summary>Who reads the room's log keeps it: nobody else's words stand among theirs.</summary>
    public bool MayWrite(Caller caller) => desk.MayRead(caller, caller.Division);

    public bool MayRead(Caller caller, LogFile file) => file.Entry is { } entry && desk.MayRead(caller, entry.Division);

    public async Task<LogView> Write(string kind, string text, string? outlet, DateTimeOffset? due, Caller caller, RequestKey key)
    {
        var (id, now) = (ids.New(), clock.Now);
        List<ToSeal> secrets = [new(id, LogEndpoints.TextClass, text), .. outlet is null ? Array.Empty<ToSeal>() : [new(id, LogEndpoints.TextClass, outlet)]];
        var (refs, rows) = await vault.Seal(secrets);
        var entry = new LogEntryWritten(kind, caller.Division, refs[0], outlet is null ? null : refs[1], due, DutyDesk.Actor(caller));
        var file = new LogFile { Id = id };
        await writer.Write(caller.User, now, load => Task.FromResult<Decision>(
            new Decision.Accepted(Writing.To(load.Kind(LogFile.KindName), id, file, entry)) { Rows = [.. rows, Keys.Claim(key, id, now)] }));
        return (await Views([file.Evolve(new Recorded(entry, 1, now))], caller, CancellationToken.None))[0];
    }

    public async Task<LogView?> Done(Guid id, Caller caller, CancellationToken cancel)
    {
        var seen = await new Loader(store, kinds).Load<LogFile>(LogFile.KindName, id, cancel);
        if (!MayRead(caller, seen)) return null;
        await writer.Write(caller.User, clock.Now, async load =>
        {
            var file = await load.Load<LogFile>(LogFile.KindName, id, CancellationToken.None);
            return file.IsOpen
                ? new Decision.Accepted(Writing.To(load.Kind(LogFile.KindName), id, file, new LogEntryDone(DutyDesk.Actor(caller))))
                : new Decision.Nothing();
        });
        return (await Views([await new Loader(store, kinds).Load<LogFile>(LogFile.KindName, id, cancel)], caller, cancel))[0];
    }

    public async Task<IReadOnlyList<LogView>> Views(IReadOnlyList<LogFile> files, Caller caller, CancellationToken cancel)
    {
        if (files.Count == 0) return [];
        await looks.Record(caller, "shift-log", LogEndpoints.TextClass, files[0].Id, "shift-log", clock.Now, cancel);
        var entries = files.Select(f => f.Entry!).ToList();
        var words = await vault.Open([.. entries.SelectMany(e => new[] { e.Text, e.Outlet }).OfType<SealedRef>().Select(r => r.ValueId)], cancel);
        var people = await views.Named([.. entries.Select(e => e.By.Id), .. files.Select(f => f.DoneBy?.Id).OfType<Guid>()], cancel);
        return [.. files.Select(f => new LogView(
            f.Id, f.Entry!.Kind, f.IsOpen ? "Open" : "Done", f.Entry.Division, f.WrittenAt, people[f.Entry.By.Id].Name, f.Entry.By.Role,
            words.GetValueOrDefault(f.Entry.Text.ValueId), f.Entry.Outlet is { } outlet ? words.GetValueOrDefault(outlet.ValueId) : null, f.Entry.DueAt,
            f.DoneAt, f.DoneBy is { } by ? people[by.Id].Name : null))];
    }
}
