using Hotline.Cases;
using Hotline.Security;
using Hotline.Store;

namespace Hotline.Duty;

/// <summary>An inquiry of the press: which paper or station, who asked, and who answers.</summary>
public sealed record Press(string Outlet, string Asker, string Answers);

/// <summary>Seals, writes and opens entries; each list that shows words is a look on record.</summary>
public sealed class LogDesk(
    IEventStore store, StreamKinds kinds, Writer writer, IVault vault, Looks looks, DutyViews views, DutyDesk desk, Permissions permissions, Keys keys, IIds ids, IBusinessClock clock)
{
    public bool MayRead(Caller caller, LogFile file) =>
        file.Entry is { } entry && permissions.Has(caller, Permissions.KeepShiftLog) && desk.MayRead(caller, entry.Division);

    public async Task<LogView> Write(string kind, string text, Press? press, DateTimeOffset? due, Caller caller, RequestKey key)
    {
        var (id, now) = (ids.New(), clock.Now);
        string[] words = press is null ? [text] : [text, press.Outlet, press.Asker, press.Answers];
        var (refs, rows) = await vault.Seal([.. words.Select(word => new ToSeal(id, LogEndpoints.TextClass, word))]);
        var entry = new LogEntryWritten(kind, caller.Division, refs[0], press is null ? null : refs[1], due, DutyDesk.Actor(caller))
        {
            Asker = press is null ? null : refs[2], Answers = press is null ? null : refs[3],
        };
        await writer.Write(caller.User, now, load => Task.FromResult<Decision>(
            new Decision.Accepted(Writing.To(load.Kind(LogFile.KindName), id, new LogFile { Id = id }, entry)) { Rows = [.. rows, Keys.Claim(key, id, now)] }));
        // Another node may have had the key first: then its entry stands.
        return await View((await keys.Find(key, CancellationToken.None))!.Stream, caller, CancellationToken.None);
    }

    /// <summary>One entry as it stands.</summary>
    public async Task<LogView> View(Guid id, Caller caller, CancellationToken cancel) =>
        (await Views([await new Loader(store, kinds).Load<LogFile>(LogFile.KindName, id, cancel)], caller, cancel))[0];

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
        return await View(id, caller, cancel);
    }

    public async Task<IReadOnlyList<LogView>> Views(IReadOnlyList<LogFile> files, Caller caller, CancellationToken cancel)
    {
        if (files.Count == 0) return [];
        await looks.Record(caller, "shift-log", LogEndpoints.TextClass, files[0].Id, "shift-log", clock.Now, cancel);
        var entries = files.Select(f => f.Entry!).ToList();
        var words = await vault.Open([.. entries.SelectMany(e => new[] { e.Text, e.Outlet, e.Asker, e.Answers }).OfType<SealedRef>().Select(r => r.ValueId)], cancel);
        var people = await views.Named([.. entries.Select(e => e.By.Id), .. files.Select(f => f.DoneBy?.Id).OfType<Guid>()], cancel);
        return [.. files.Select(f => new LogView(
            f.Id, f.Entry!.Kind, f.IsOpen ? "Open" : "Done", f.Entry.Division, f.WrittenAt, people[f.Entry.By.Id].Name, f.Entry.By.Role,
            Word(f.Entry.Text), Word(f.Entry.Outlet), f.Entry.DueAt, f.DoneAt, f.DoneBy is { } by ? people[by.Id].Name : null, Word(f.Entry.Asker),
            Word(f.Entry.Answers)))];

        string? Word(SealedRef? of) => of is null ? null : words.GetValueOrDefault(of.ValueId);
    }
}
