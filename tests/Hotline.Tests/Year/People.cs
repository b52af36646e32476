using Hotline.Cases;
using Hotline.Paging;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Tests.Year;

/// <summary>What people do when their telephone rings: they sleep, are slow, have no battery, answer and forget, or see to it.</summary>
internal sealed class People(YearWorld world)
{
    private static readonly string[] CaseEnds = ["FindUnfounded"], ReportEnds = ["DeclineRemit", "CloseReport"];
    private readonly Dictionary<Guid, DateTimeOffset> deadUntil = [];

    public void PhoneDies(Guid person, TimeSpan length) => deadUntil[person] = world.Time.Now + length;

    public bool IsDead(Guid person) => deadUntil.GetValueOrDefault(person) > world.Time.Now;

    public void Ring(PageFile page, PageAttempt attempt)
    {
        if (IsDead(attempt.Person)) return;
        var (now, random, asleep) = (world.Time.Now, world.Random, Staff.Sleeps(world.Time.Now));
        var call = attempt.Channel == Channels.Call;
        // A call wakes; a text is often slept through. [design]: guesses of ours, not measured on people.
        if (random.NextDouble() > (call ? asleep ? 0.75 : 0.93 : asleep ? 0.45 : 0.85)) return;
        var after = call ? random.Next(8, 30) : -Math.Log(1 - random.NextDouble()) * (asleep ? 60 : 35) + 5;
        world.Agenda.At(now.AddSeconds(after), () => AnswerAll(page.Id, attempt, call ? "key" : "sms"));
    }

    /// <summary>One answer takes every page that the message told of, the one that led it last.</summary>
    private async Task AnswerAll(Guid page, PageAttempt attempt, string how)
    {
        foreach (var other in (await world.Bundles.Of(attempt.Id, default)).Where(w => w.Attempt != attempt.Id))
            if ((await world.Load<PageFile>(PageFile.KindName, other.Page)).Attempt(other.Attempt) is { } own) await Answer(other.Page, own, how);
        await Answer(page, attempt, how);
    }

    private async Task Answer(Guid page, PageAttempt attempt, string how)
    {
        if (!world.Nodes.AnyUp)
        {
            // Nothing answers the answer: they try again.
            world.Agenda.At(world.Time.Now.AddMinutes(1), () => Answer(page, attempt, how));
            return;
        }
        var by = world.Staff.Who(attempt.Person);
        if (await world.Answering.Take(page, by, how, attempt.Id) is not Hotline.Paging.Answer.Taken taken) return;
        world.Answered.Add((taken.Page.Started!.Triage, taken.Page.Why, (world.Time.Now - taken.Page.RingingSince).TotalSeconds));
        if (world.Random.NextDouble() > 0.97) return;
        world.Agenda.At(world.Time.Now.AddMinutes(1 + world.Random.Next(9)), () => SeeTo(taken.Page, by));
    }

    private async Task SeeTo(PageFile page, Actor by)
    {
        if (page.Started!.Case is { } call && page.Started.About == call) await world.Callers.SeeTo(call);
        else if (page.Started.Case is { } file) await Work(CaseKind.Case, file, by, end: 0.1);
        else if (page.Started.Report is { } report)
        {
            await Work(CaseKind.Report, report, by, end: 0.1);
            foreach (var link in (await world.Load<CaseFile>(CaseKind.Report, report)).Cases) await Work(CaseKind.Case, link.Id, by, end: 0);
        }
    }

    /// <summary>Meets whatever clock a step of this state meets, and now and then brings the file to an end.</summary>
    public async Task Work(string kind, Guid id, Actor by, double end)
    {
        var machine = world.Pack.Machines[kind];
        var file = await world.Load<CaseFile>(kind, id);
        if (machine.Find(file.State) is not { Final: false }) return;
        foreach (var code in file.Clocks.Values.Where(c => c.IsOpen).Select(c => c.Code).ToList())
            if (machine.StepsFrom(file.State).Where(s => s.Meets.Contains(code)).OrderBy(s => s.To is null || s.To == file.State ? 0 : 1).FirstOrDefault() is { } step)
                file = await Take(kind, id, step.Trigger, by) ?? file;
        if (file.LastHumanStepAt != world.Time.Now && Deed(machine, file) is { } deed) file = await Take(kind, id, deed.Trigger, by) ?? file;
        if (world.Random.NextDouble() >= end) return;
        foreach (var way in kind == CaseKind.Case ? CaseEnds : ReportEnds)
            if (machine.Find(file.State) is { Final: false }) file = await Take(kind, id, way, by) ?? file;
    }

    /// <summary>Something a person does here that keeps the state; where there is nothing of the kind, what leads on.</summary>
    private static Step? Deed(Machine machine, CaseFile file)
    {
        var own = machine.StepsFrom(file.State).Where(s => s.Who.Any(who => who != "System")).ToList();
        return own.Find(s => s.To is null || s.To == file.State) ?? own.Find(s => s.To is not ("Suspended" or "EmergencyResponse"));
    }

    private async Task<CaseFile?> Take(string kind, Guid id, string trigger, Actor by)
    {
        var written = await world.Writer.Write(by.Name, world.Time.Now, async load =>
        {
            var file = await load.Load<CaseFile>(kind, id, default);
            return world.Pack.Machines[kind].Fire(file.State, trigger, _ => true) is Move.Made move
                ? new Decision.Accepted(Writing.To(world.Kinds[kind], id, file, Stepping.Take(world.Pack, file, move, FormValues.Nothing, by, world.Time.Now)))
                : new Decision.Nothing();
        });
        return written is Written.Done done ? done.File<CaseFile>(id) : null;
    }
}
