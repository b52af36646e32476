using Hotline.Workflow;

namespace Hotline.Tests.Workflow;

/// <summary>The base pack with one line spoilt, and exactly what the loader says of it.</summary>
public class A_spoilt_pack
{
    // The file, what stands there, what is put instead with ▼ where the error must point, words of the message and of the remedy.
    [Theory]
    [InlineData("case.yaml", "    to: Triage\n    who", "    to: ▼Traige\n    who", "unknown state 'Traige'", "did you mean 'Triage'")]
    [InlineData("case.yaml", "guards: [report-received]", "guards: [▼report-recieved]", "unknown guard", "'report-received'")]
    [InlineData("case.yaml", "guards: [urgent-level]", "▼gaurds: [urgent-level]", "unknown key 'gaurds'", "'guards'")]
    [InlineData("case.yaml", "    to: Triage\n", "    to: ▼Active\n", "superstate and cannot be entered", "inside it")]
    [InlineData("case.yaml", "starts: [police-notified, ", "starts: [▼police-notifed, ", "unknown clock", "'police-notified'")]
    [InlineData("case.yaml", "tells: [PoliceLiaison]", "tells: [▼PoliceLiason]", "unknown role", "'PoliceLiaison'")]
    [InlineData("case.yaml", "who: [CountyOfficer]", "who: [▼CountyOficer]", "unknown role", "'CountyOfficer'")]
    [InlineData("case.yaml", "event: child_seen\n", "event: ▼case_opened\n", "used already", "another name")]
    [InlineData("case.yaml", "event: child_seen\n", "event: ▼ChildSeen\n", "no event name", "underscores")]
    [InlineData("case.yaml", "confirms: ProposeClose\n", "confirms: ▼ProposeClos\n", "no proposing", "'ProposeClose'")]
    [InlineData("case.yaml", "  RecordService:\n", "  ▼RecordService:\n    confirms: ReviewPlan\n", "go together", "missing one")]
    [InlineData("case.yaml", "sets: {mergeInto: $intoCase}", "sets: {mergeInto: ▼$intoCasse}", "neither a field nor a fact", "'intoCase'")]
    [InlineData("case.yaml", "sets: {policeState: \"NotNeeded\"}", "sets: {policeState: ▼$reason}", "may not come from 'reason'", "class 2")]
    [InlineData("case.yaml", "fires: [police.Send]", "fires: [▼police.Sent]", "unknown step of the server 'police.Sent'", "'police.Send'")]
    [InlineData("guardianship.yaml", "fires: [placement.FollowReturn]", "fires: [▼placement.ConfirmSafe]", "unknown step of the server", "one of")]
    [InlineData("case.yaml", "{zh: 记录服务, en: Record a service}", "▼{zh: 记录服务}", "translation 'en' is missing", "add 'en")]
    [InlineData("case.yaml", "law: \"S004:L12; domain 4.4 [design]\"", "law: ▼\"S004:L12; domain 4.4\"", "lacks its mark", "[law+]")]
    [InlineData("case.yaml", "type: datetime, required: true", "type: ▼datetme, required: true", "unknown field type", "'datetime'")]
    [InlineData("case.yaml", "ref: higher-level", "ref: ▼heigher-level", "unknown reference", "'higher-level'")]
    [InlineData("case.yaml", "type: answer, class: 3,", "type: answer,", "'class' is missing", "add 'class:'")]
    [InlineData("case.yaml", "initial: Opened", "initial: ▼Open", "initial state 'Open'", "did you mean")]
    [InlineData("case.yaml", "in: Open, published", "in: ▼Opn, published", "superstate 'Opn'", "'Open'")]
    [InlineData("case.yaml", "published: Monitoring", "published: ▼Monitor", "unknown stage", "'Monitoring'")]
    [InlineData("case.yaml", "entry: [OpenCase]", "entry: ▼[StartTriage]", "no System step", "System")]
    [InlineData("case.yaml", "machine: case\n", "machine: ▼cases\n", "must be the file's", "'case'")]
    [InlineData("case.yaml", "    to: Triage\n", "    to: Triage\n    ▼to: Closed\n", "not valid YAML", "doubled keys")]
    [InlineData("report.yaml", "  Draft:", "  ▼Limbo: {title: {zh: 无路, en: Limbo}}\n  Draft:", "no step reaches state 'Limbo'", "leads to it")]
    [InlineData("clocks.yaml", "breachPages: clock-breach\n", "breachPages: ▼clock-breech\n", "nobody hears", "'clock-breach'")]
    [InlineData("clocks.yaml", "  child-seen:", "  ▼nobody-starts-me:\n    name: {zh: 空, en: Idle}\n    within: {any: P1D}\n" +
        "    breachPages: base\n    law: \"x [design]\"\n  child-seen:", "no step starts this clock", "'starts'")]
    [InlineData("clocks.yaml", "T1: PT1H, T2: PT6H", "T1: ▼one hour, T2: PT6H", "not a length of time", "PT15M")]
    [InlineData("clocks.yaml", "{T1: PT1H, T2: PT6H, T3: PT24H, T4: P7D}", "▼{T1: PT1H, T2: PT6H, T3: PT24H}", "level 'T4' is missing", "'T4:'")]
    [InlineData("triage.yaml", "[GuardianEvent, Other]", "[▼GuardianEvents, Other]", "unknown category", "'GuardianEvent'")]
    [InlineData("triage.yaml", "[GuardianEvent, Other]", "[▼Missing, Other, GuardianEvent]", "stands twice", "keep one")]
    [InlineData("roles.yaml", "scope: none", "scope: ▼all", "unknown scope", "use one of")]
    [InlineData("roles.yaml", "rights: [read-audit, ", "rights: [▼read-audits, ", "unknown right", "'read-audit'")]
    [InlineData("escalations/base.yaml", "channels: [sms]", "channels: [▼fax]", "unknown channel", "sms")]
    [InlineData("escalations/base.yaml", "{after: {T1: PT150S, any: PT5M},", "▼{after: PT1M,", "order of time", "sort them")]
    [InlineData("escalations/base.yaml", "{after: {T1: PT150S, any", "▼{after: {T1: PT1M, any", "order of time", "at each level")]
    [InlineData("escalations/base.yaml", "level: own, channels: [sms]", "level: own, shift: ▼tomorrow, channels: [sms]", "unknown value 'tomorrow'", "next")]
    [InlineData("escalations/duty-channel.yaml", "PT0S, role: DutySupervisor, level: own, channels: [sms]}\n  - {after: PT4H", "{T1: PT0S}, role: DutySupervisor, level: own, channels: [sms]}\n  - {after: {T2: PT4H}", "no step for every level", "for each level")]
    [InlineData("page.yaml", "sameMoment: PT60S", "sameMoment: ▼a minute", "not a length of time", "PT15M")]
    [InlineData("page.yaml", "  beforeChildLeaves:", "  ▼beforeChildLeave:", "unknown key 'beforeChildLeave'", "'beforeChildLeaves'")]
    [InlineData("page.yaml", "  sameMoment: PT60S # clocks of one matter that run out together ring as one page\n  before", "  ▼before", "'sameMoment' is missing", "add 'sameMoment:'")]
    [InlineData("page.yaml", "askProviderTimes: 6", "askProviderTimes: ▼0", "0 is too few", "1 or more")]
    [InlineData("duty.yaml", "gapPages: duty-gap", "gapPages: ▼duty-gape", "no escalation 'duty-gape'", "'duty-gap'")]
    [InlineData("duty.yaml", "triesMax: 5", "triesMax: ▼0", "0 is too few", "1 or more")]
    [InlineData("duty.yaml", "channelOffPages: duty-channel", "channelOffPages: ▼duty-chanel", "no escalation 'duty-chanel'", "'duty-channel'")]
    [InlineData("duty.yaml", "    role: DutyOfficer", "    role: ▼DutyOficer", "unknown role 'DutyOficer'", "'DutyOfficer'")]
    [InlineData("duty.yaml", "unsignedPages: duty-handover", "unsignedPages: ▼duty-handovr", "no escalation 'duty-handovr'", "'duty-handover'")]
    [InlineData("duty.yaml", "[P1D, PT2H]", "▼[]", "nobody would hear of a gap", "at least one")]
    [InlineData("duty.yaml", "lookAhead: P14D", "lookAhead: ▼a while", "not a length of time", "PT15M")]
    [InlineData("duty.yaml", "  lookAhead:", "  ▼lookahead:", "unknown key 'lookahead'", "'lookAhead'")]
    [InlineData("case.yaml", "states:\n", "▼ringing: {sameMoment: PT60S}\nstates:\n", "unknown key 'ringing'", "")]
    [InlineData("calendar/2026.yaml", "2026-04-04..2026-04-06", "▼2026-04-04..2026-04-31", "no day of that year", "2026-01-01")]
    [InlineData("jurisdictions/440199.yaml", "{T2: PT4H}", "{T2: ▼PT8H}", "locked at PT6H", "shorter")]
    [InlineData("jurisdictions/440199.yaml", "  plan-review:", "  ▼plan-reviews:", "unknown clock or period", "'plan-review'")]
    [InlineData("jurisdictions/440199.yaml", "clocks:", "periods: {follow-up-minimum: ▼P3M}\nclocks:", "locked at P6M", "longer")]
    public void is_refused_at_the_very_place(string file, string stands, string instead, string message, string mend)
    {
        using var pack = new SpoiltPack();
        var place = pack.Replace(file, stands, instead);
        var errors = PackLoader.Load(pack.Folder).Errors;
        var error = errors.FirstOrDefault(error => error.File == file && error.Message.En.Contains(message));
        error.ShouldNotBeNull(string.Join("\n", errors));
        if (place is { } at) (error.Line, error.Column).ShouldBe(at);
        error.HowToMend.En.ShouldContain(mend);
        error.Message.Zh.ShouldNotBeEmpty();
        error.HowToMend.Zh.ShouldNotBeEmpty();
    }

    [Fact]
    public void is_refused_when_a_state_is_a_wall()
    {
        using var pack = new SpoiltPack();
        var at = pack.Replace("page.yaml", "states:\n", "states:\n  ▼Wall: {title: {zh: 墙, en: Wall}}\n");
        pack.Append("page.yaml", Step("HitTheWall", "Ringing", "Wall", "hit_the_wall"));
        var error = PackLoader.Load(pack.Folder).Errors.ShouldHaveSingleItem();
        (error.Line, error.Column).ShouldBe(at!.Value);
        error.Message.En.ShouldBe("state 'Wall' is a dead end: no way leads to a final state");
    }

    [Fact]
    public void is_refused_when_two_steps_could_both_match()
    {
        using var pack = new SpoiltPack();
        pack.Append("page.yaml", Step("Other", "Acknowledged", "Stopped", "rang_otherwise", "trigger: RingAgain, guards: [on-shift], "));
        PackLoader.Load(pack.Folder).Errors.ShouldHaveSingleItem().Message.En
            .ShouldBe("in 'Acknowledged' steps 'RingAgain' and 'Other' both match when [still-idle, on-shift] hold");
    }

    [Fact]
    public void is_accepted_when_the_two_exclude_each_other()
    {
        using var pack = new SpoiltPack();
        pack.Replace("page.yaml", "guards: [still-idle]", "guards: [still-idle, has-open-case]");
        pack.Append("page.yaml", Step("Other", "Acknowledged", "Stopped", "rang_otherwise", "trigger: RingAgain, guards: [no-open-case], "));
        PackLoader.Load(pack.Folder).Errors.ShouldBeEmpty();
    }

    [Fact]
    public void is_refused_when_a_file_is_missing()
    {
        using var pack = new SpoiltPack();
        File.Delete(Path.Combine(pack.Folder, "roles.yaml"));
        PackLoader.Load(pack.Folder).Errors.ShouldHaveSingleItem().File.ShouldBe("roles.yaml");
        PackLoader.Load(Path.Combine(pack.Folder, "nowhere")).Ok.ShouldBeFalse();
    }

    [Fact]
    public void has_another_version_than_the_base_and_line_ends_do_not_count()
    {
        using var pack = new SpoiltPack();
        foreach (var path in Directory.EnumerateFiles(pack.Folder, "*.yaml"))
            File.WriteAllText(path, File.ReadAllText(path).ReplaceLineEndings("\r\n"));
        PackLoader.Load(pack.Folder).Pack!.Version.ShouldBe(BasePack.Pack.Version);
        pack.Append("triage.yaml", "# signed\n");
        PackLoader.Load(pack.Folder).Pack!.Version.ShouldNotBe(BasePack.Pack.Version);
    }

    private static string Step(string name, string from, string to, string @event, string more = "") =>
        $"\n  {name}: {{{more}title: {{zh: 步, en: Step}}, from: [{from}], to: {to}, who: [System], event: {@event}, law: \"x [design]\"}}\n";
}

public class Lines_of_the_base_pack
{
    /// <summary>Whatever any third line is turned into, loading answers with errors that have a place: it never throws.</summary>
    [Fact]
    public void may_be_lost_or_doubled_without_breaking_the_loader()
    {
        using var pack = new SpoiltPack();
        foreach (var file in new[] { "page.yaml", "escalations/base.yaml", "jurisdictions/440199.yaml", "calendar/2026.yaml" })
        {
            var path = Path.Combine(pack.Folder, file);
            var lines = File.ReadAllLines(path);
            for (var at = 0; at < lines.Length; at += 3)
            {
                string[][] spoilt = [[], [lines[at], lines[at]], [lines[at].Split(':')[0] + ": [x"], [lines[at].Split(':')[0] + ": 7"]];
                File.WriteAllLines(path, [.. lines[..at], .. spoilt[at / 3 % spoilt.Length], .. lines[(at + 1)..]]);
                PackLoader.Load(pack.Folder).Errors.ShouldAllBe(error => error.Line > 0 && error.Column > 0);
            }
            File.WriteAllLines(path, lines);
        }
    }
}

/// <summary>A copy of the base pack to spoil.</summary>
public sealed class SpoiltPack : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("pack-").FullName;

    public SpoiltPack()
    {
        foreach (var path in Directory.EnumerateFiles(BasePack.Folder, "*.yaml", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(Folder, Path.GetRelativePath(BasePack.Folder, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(path, copy);
        }
    }

    /// <returns>Line and column of ▼ in what was put instead, null when it has none.</returns>
    public (int Line, int Column)? Replace(string file, string stands, string instead)
    {
        var path = Path.Combine(Folder, file);
        var text = File.ReadAllText(path);
        var at = text.IndexOf(stands, StringComparison.Ordinal);
        at.ShouldBeGreaterThanOrEqualTo(0, $"{file} no longer says: {stands}");
        var marked = text[..at] + instead + text[(at + stands.Length)..];
        File.WriteAllText(path, marked.Replace("▼", ""));
        var mark = marked.IndexOf('▼');
        return mark < 0 ? null : (marked[..mark].Count(c => c == '\n') + 1, mark - marked.LastIndexOf('\n', mark));
    }

    public void Append(string file, string text) => File.AppendAllText(Path.Combine(Folder, file), text);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
