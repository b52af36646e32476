using Hotline.Cases;
using Hotline.Store;

namespace Hotline.Paging;

/// <summary>How an attempt to answer a page ended.</summary>
public abstract record Answer
{
    private Answer() { }

    public sealed record Taken(PageFile Page) : Answer;

    /// <summary>Somebody was faster, or it is the same person again.</summary>
    public sealed record Already(PageFile Page, Actor By, DateTimeOffset At) : Answer;

    public sealed record Stopped(PageFile Page) : Answer;

    public sealed record Unknown : Answer;

    /// <summary>The same inbound message was acted on before.</summary>
    public sealed record Repeated : Answer;
}

/// <summary>Takes answers from console, text and key alike: one command on the page's stream.</summary>
public sealed class Answering(Writer writer, IEventStore store, StreamKinds kinds, IBusinessClock clock, PageMeter meter)
{
    private const int AgainMax = 5;

    /// <summary>While it is being answered it may ring again, or too many of its neighbours may move: then it is answered anew. An
    /// answer that gets lost is a page that rings beside the person who took it.</summary>
    public async Task<Answer> Take(Guid id, Actor by, string how, Guid? attempt, params RowChange[] claims)
    {
        for (var again = 0; again < AgainMax; again++)
            if (await Once(id, by, how, attempt, claims) is { } answer) return answer;
        throw new InvalidOperationException("The answer was not kept.");
    }

    /// <summary>One answer to a message that told of several pages. The leading page comes last, with the claims: whoever answers again
    /// after a crash in between finds the rest still to be taken. A leading page that waits no more leaves its place to the worst.</summary>
    public async Task<(Answer Lead, int Count)> TakeAll(Guid lead, IReadOnlyList<Waiting> all, Actor by, string how, params RowChange[] claims)
    {
        var count = 0;
        var leading = all.FirstOrDefault(w => w.Attempt == lead) ?? all[0];
        foreach (var one in all.Where(w => w != leading))
            if (HasIt(await Take(one.Page, by, how, one.Attempt))) count++;
        var answer = await Take(leading.Page, by, how, leading.Attempt, claims);
        return (answer, HasIt(answer) ? count + 1 : count);

        bool HasIt(Answer one) => one is Answer.Taken || (one is Answer.Already already && already.By.Id == by.Id);
    }

    private async Task<Answer?> Once(Guid id, Actor by, string how, Guid? attempt, RowChange[] claims)
    {
        var now = clock.Now;
        var written = await writer.Write(by.Name, now, async load =>
        {
            var page = await load.Load<PageFile>(PageFile.KindName, id, CancellationToken.None);
            var decision = Pages.Acknowledge(load.Kind(PageFile.KindName), page, by, how, attempt);
            return decision is Decision.Accepted yes ? yes with { Rows = [.. yes.Rows, .. claims] } : decision;
        });
        if (written is Written.Claimed) return new Answer.Repeated();
        if (written is Written.Done done)
        {
            var taken = done.File<PageFile>(id);
            meter.Answered(taken, now, how);
            return new Answer.Taken(taken);
        }
        return await new Loader(store, kinds).Load<PageFile>(PageFile.KindName, id, CancellationToken.None) switch
        {
            { Started: null } => new Answer.Unknown(),
            { State: PageFile.Stopped } page => new Answer.Stopped(page),
            { AcknowledgedBy: { } first, AcknowledgedAt: { } at } page => new Answer.Already(page, first, at),
            _ => null,
        };
    }
}
