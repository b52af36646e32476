using System.Diagnostics;
using Npgsql;

namespace Hotline.Benchmarks.Server.Growth;

/// <summary>Copies a bundle into years of history by set-based statements. Copy n is the bundle with other ids (the first 32 bits
/// of each), other numbers, and everything earlier by n times the 65.536 s that one step of those 32 bits stands for. One copy in a
/// hundred is still open, the first hundred too; its clocks run out in two months. Sealed values are not copied: nobody opens any.</summary>
internal sealed class History(ServerUnderLoad server, Bundle bundle)
{
    private const int CopiesAtOnce = 2_000, WritersAtOnce = 2;
    private const double RowOverheadBytes = 150, IndexAndLog = 1.5, SpareBytes = 3e9;

    private static readonly string[] Tables = ["mt_streams", "mt_events", "hotline.files", "hotline.timers", "hotline.keys"];

    /// <summary>Nothing of the server may run meanwhile: its tail would read all of it.</summary>
    /// <returns>How much there is now; null, with the reason printed, where the disk is too small.</returns>
    public async Task<(long Events, long Cases)?> Write(long cases)
    {
        var copies = cases / Bundle.Cases;
        await Prepare();
        var bytes = (await server.Scalar("select sum(bytes)::bigint from bench.bundle_size") * copies * IndexAndLog) + SpareBytes;
        var free = new DriveInfo(Path.GetFullPath(server.City.Data)).AvailableFreeSpace;
        if (free < bytes)
        {
            Console.WriteLine($"{cases} cases need about {bytes / 1e9:0} GB, and {free / 1e9:0} GB are free at {server.City.Data}: not filled. Ask for fewer.");
            return null;
        }
        var clock = Stopwatch.StartNew();
        var first = await server.Scalar("select nextval('mt_events_sequence')");
        var events = await server.Scalar("select count(*) from bench.mt_events");
        await Parallel.ForEachAsync(
            Enumerable.Range(0, (int)((copies + CopiesAtOnce - 1) / CopiesAtOnce)), new ParallelOptions { MaxDegreeOfParallelism = WritersAtOnce },
            async (chunk, _) => await Copy(first, events, (long)chunk * CopiesAtOnce, Math.Min(copies, ((long)chunk + 1) * CopiesAtOnce) - 1));
        await server.Run($"select setval('mt_events_sequence', {first + (copies * events) + 1})");
        await server.Run("insert into mt_event_progression (name, last_seq_id, last_updated) select 'hotline.files', last_value, now() from mt_events_sequence "
            + "on conflict (name) do update set last_seq_id = excluded.last_seq_id");
        // Now, not by autovacuum while somebody measures.
        foreach (var table in Tables) await server.Run($"vacuum analyze {table}");
        await server.Run("checkpoint");
        Console.WriteLine($"filled {copies * events} events and {copies * Bundle.Cases} cases within {clock.Elapsed.TotalSeconds:0} s, "
            + $"{await server.Scalar("select pg_database_size(current_database())") / 1e9:0.0} GB");
        return (copies * events, copies * Bundle.Cases);
    }

    /// <summary>The bundle's rows laid aside, and how a text becomes that of copy n.</summary>
    private async Task Prepare()
    {
        await server.Run($"""
            create schema if not exists bench;
            create table bench.mt_streams as select * from public.mt_streams where id {bundle.Streams};
            create table bench.mt_events as select *, row_number() over (order by seq_id) as place from public.mt_events where stream_id {bundle.Streams};
            create table bench.files as select * from hotline.files where report = '{bundle.Report}';
            create table bench.timers as select * from hotline.timers where stream {bundle.Streams};
            create table bench.keys as select * from hotline.keys where stream {bundle.Streams};
            create table bench.bundle_size as
                select sum(pg_column_size(e.*) + {RowOverheadBytes}) as bytes from bench.mt_events e
                union all select sum(pg_column_size(f.*) + 3 * {RowOverheadBytes}) from bench.files f
                union all select sum(pg_column_size(k.*) + {RowOverheadBytes}) from bench.keys k;
            create function bench.of(t text, n bigint) returns text language sql immutable parallel safe as $f$
                select replace(replace(replace(t, '{bundle.Prefix}', lpad(to_hex(x'{bundle.Prefix}'::bigint - 1 - n), 8, '0')),
                    '{bundle.Number}', 'R-' || upper(lpad(to_hex(n), 10, '0'))), '440199-26-', '440199-' || 100 + n || '-') $f$;
            create function bench.at(t timestamptz, n bigint) returns timestamptz language sql immutable parallel safe as $f$
                select t - n * interval '65.536 s' $f$;
            """);
    }

    private async Task Copy(long first, long events, long from, long to)
    {
        Interruption.Heed();
        const string Open = "(n < 100 or n % 100 = 0)";
        var ofEach = $"from generate_series({from}::bigint, {to}) as n cross join lateral (select * from bench.";
        await using var connection = await server.Database.OpenConnectionAsync();
        // Streams are there before their events: the foreign key need not be asked for each of millions.
        await using var copy = new NpgsqlCommand($"""
            set session_replication_role = replica; set synchronous_commit = off;
            insert into public.mt_streams (id, type, version, timestamp, created)
                select bench.of(t.id::text, n)::uuid, t.type, t.version, bench.at(t.timestamp, n), bench.at(t.created, n) {ofEach}mt_streams) as t;
            insert into public.mt_events (seq_id, id, stream_id, version, data, type, timestamp, causation_id, user_name)
                select {first} + n * {events} + t.place, bench.of(t.id::text, n)::uuid, bench.of(t.stream_id::text, n)::uuid, t.version,
                    bench.of(t.data::text, n)::jsonb, t.type, bench.at(t.timestamp, n), bench.of(t.causation_id, n), t.user_name
                {ofEach}mt_events order by place) as t;
            insert into hotline.files (id, kind, version, number, state, stage, triage, division, organisation, filed_by, owner, report, case_id,
                    is_open, due_at, opened_at, body, sender)
                select bench.of(t.id::text, n)::uuid, t.kind, t.version, bench.of(t.number, n), case when {Open} then t.state else 'Closed' end, t.stage, t.triage,
                    t.division, t.organisation, t.filed_by, t.owner, bench.of(t.report::text, n)::uuid, bench.of(t.case_id::text, n)::uuid,
                    t.is_open and {Open}, case when {Open} then bench.at(t.due_at, n) end, bench.at(t.opened_at, n), bench.of(t.body::text, n)::jsonb, t.sender
                {ofEach}files) as t;
            insert into hotline.timers (key, kind, stream, due_at, payload)
                select bench.of(t.key, n), t.kind, bench.of(t.stream::text, n)::uuid, t.due_at + interval '60 days', t.payload {ofEach}timers) as t where {Open};
            insert into hotline.keys (scope, key, body_hash, stream, at, status, location, answer)
                select t.scope, t.key || '-' || n, t.body_hash, bench.of(t.stream::text, n)::uuid, bench.at(t.at, n), t.status, bench.of(t.location, n),
                    bench.of(t.answer, n) {ofEach}keys) as t;
            insert into hotline.lookups (code_hash, report) select sha256(n::text::bytea), bench.of('{bundle.Report}', n)::uuid from generate_series({from}::bigint, {to}) as n;
            reset session_replication_role; reset synchronous_commit;
            """, connection)
        { CommandTimeout = 0 };
        await copy.ExecuteNonQueryAsync();
    }
}
