using System.Text.RegularExpressions;

namespace Hotline.Workflow;

/// <summary>What only shows once the whole pack is read: names that mean nothing, states nobody reaches or leaves, clocks nobody
/// starts or hears, steps that would both match.</summary>
internal static partial class PackChecks
{
    public static void Run(Pack pack, Findings findings)
    {
        foreach (var machine in pack.Machines.Values.OrderBy(machine => machine.Name, StringComparer.Ordinal))
        {
            var states = StateNames(machine, findings);
            foreach (var step in machine.Steps) Step(pack, machine, step, states, findings);
            // Names that mean nothing would only bring follow-up errors.
            if (findings.Errors.Count == 0) Paths.Check(machine, findings);
            Exclusion.Check(machine, findings);
        }
        Events(pack, findings);
        Clocks(pack, findings);
        Roles(pack, findings);
        pack.Duty.Check(pack, findings);
    }

    private static HashSet<string> StateNames(Machine machine, Findings findings)
    {
        var states = machine.States.Select(state => state.Name).ToHashSet();
        var at = machine.Name + "/states";
        if (!states.Contains(machine.Initial) || machine.IsSuperstate(machine.Initial))
            findings.Add(findings.Where(machine.Name + "/initial"), new($"起始状态“{machine.Initial}”不存在或是上级状态",
                $"initial state '{machine.Initial}' does not exist or is a superstate"), Findings.Suggest(machine.Initial, states));
        foreach (var state in machine.States)
        {
            if (state.Parent is { } parent && (!states.Contains(parent) || Circular(machine, state)))
                findings.Add(findings.Where($"{at}/{state.Name}/in"), new($"上级状态“{parent}”不存在或成环",
                    $"superstate '{parent}' does not exist or contains itself"), Findings.Suggest(parent, states));
            if (state.Published is { } stage && !Names.Stages.Contains(stage))
                findings.Add(findings.Where($"{at}/{state.Name}/published"), new($"未知的公布阶段“{stage}”", $"unknown stage '{stage}'"),
                    Findings.Suggest(stage, Names.Stages));
            foreach (var entry in state.EntrySteps)
                if (!machine.Steps.Any(step => step.Trigger == entry && step.From.Contains(state.Name) && step.Who.Contains(Names.System)))
                    findings.Add(findings.Where($"{at}/{state.Name}/entry"),
                        new($"进入步骤“{entry}”不是该状态的系统步骤", $"entry step '{entry}' is no System step of this state"),
                        new("写入 from 为该状态、who 为 System 的步骤", "name a step from this state with who: [System]"));
        }
        return states;
    }

    private static bool Circular(Machine machine, State state)
    {
        var seen = new HashSet<string>();
        for (var at = state; at is not null; at = at.Parent is null ? null : machine.Find(at.Parent))
            if (!seen.Add(at.Name)) return true;
        return false;
    }

    private static void Step(Pack pack, Machine machine, Step step, HashSet<string> states, Findings findings)
    {
        var at = $"{machine.Name}/steps/{step.Name}";
        void Known(string key, IEnumerable<string> words, IReadOnlyCollection<string> known, Text what)
        {
            foreach (var word in words.Where(word => word.Length > 0 && !known.Contains(word)))
                findings.Add(findings.Where($"{at}/{key}/{word}"),
                    new($"未知的{what.Zh}“{word}”", $"unknown {what.En} '{word}'"), Findings.Suggest(word, known));
        }
        Known("from", step.From, states, new("状态", "state"));
        if (step.To is { } to && to != Workflow.Step.Previous)
        {
            if (!states.Contains(to))
                findings.Add(findings.Where(at + "/to"), new($"未知的状态“{to}”", $"unknown state '{to}'"),
                    Findings.Suggest(to, [.. states, Workflow.Step.Previous]));
            else if (machine.IsSuperstate(to))
                findings.Add(findings.Where(at + "/to"), new($"“{to}”是上级状态，不能进入", $"'{to}' is a superstate and cannot be entered"),
                    new("写明其中的某个状态", "name a state inside it"));
        }
        string[] clocks = [.. pack.Clocks.Keys];
        var clock = new Text("期限", "clock");
        Known("who", step.Who, [.. pack.Roles.Keys, Names.System], new("角色", "role"));
        Known("tells", step.Tells, [.. pack.Roles.Keys], new("角色", "role"));
        Known("guards", step.Guards, [.. Guards.ByName.Keys], new("条件", "guard"));
        Known("starts", step.Starts, clocks, clock);
        Known("meets", step.Meets, clocks, clock);
        Known("pauses", step.Pauses, clocks, clock);
        Known("resumes", step.Resumes, clocks, clock);
        if (step.Event.Length > 0 && !EventShape.IsMatch(step.Event))
            findings.Add(findings.Where(at + "/event"), new($"事件名“{step.Event}”不合格式", $"'{step.Event}' is no event name"),
                new("小写加下划线，如 case_closed", "lower case with underscores: case_closed"));
        if (step.Party is { } party) Known("party", [party], [Workflow.Step.Receiver, Workflow.Step.Sender], new("一方", "party"));
        string[] fired = [.. pack.Machines.Values.SelectMany(other => other.Steps.Where(theirs => theirs.Who.Contains(Names.System)), (other, theirs) => $"{other.Name}.{theirs.Trigger}")];
        Known("fires", step.Fires.Select(wish => $"{wish.Machine}.{wish.Trigger}"), fired, new("系统步骤", "step of the server"));
        Confirms(machine, step, at, findings);
        Sets(machine, step, at, findings);
    }

    private static void Confirms(Machine machine, Step step, string at, Findings findings)
    {
        if (step.Confirms is { } proposing && !machine.Steps.Any(other => other.Trigger == proposing && other.To is null))
            findings.Add(findings.Where(at + "/confirms"),
                new($"“{proposing}”不是本流程的提出步骤", $"'{proposing}' is no proposing (internal) step of this machine"),
                Findings.Suggest(proposing, [.. machine.Steps.Where(other => other.To is null).Select(other => other.Trigger)]));
        if ((step.Confirms is null) == step.Guards.Contains("second-person"))
            findings.Add(findings.Where(at), new("confirms 与条件 second-person 须同时出现", "confirms and the guard second-person go together"),
                new("补上缺少的一个", "add the missing one"));
    }

    private static void Sets(Machine machine, Step step, string at, Findings findings)
    {
        foreach (var (fact, value) in step.Sets)
        {
            if (!value.StartsWith('$') || value is "$now" or "$by") continue;
            var name = value[1..];
            if (step.Form.FirstOrDefault(field => field.Name == name) is { } source
                && (source.Sensitivity > FactClassMost || source.Type is FieldType.Text or FieldType.Refs))
                findings.Add(findings.Where($"{at}/sets/{fact}"),
                    new($"事实不加密，不能取自“{name}”", $"a fact is not sealed and may not come from '{name}'"),
                    new("只取自 class 不高于 2 的选择、是否、日期或引用字段，或写常量 \"true\"",
                        "take it from a choice, boolean, date or reference of class 2 at most, or write the constant \"true\""));
            if (step.Form.Any(field => field.Name == name) || machine.Steps.Any(other => other.Sets.ContainsKey(name))) continue;
            findings.Add(findings.Where($"{at}/sets/{fact}"), new($"“{value}”不是表单字段也不是事实", $"'{value}' is neither a field nor a fact"),
                Findings.Suggest(name, [.. step.Form.Select(field => field.Name), .. machine.Steps.SelectMany(other => other.Sets.Keys)]));
        }
    }

    private const int FactClassMost = 2;

    private static void Events(Pack pack, Findings findings)
    {
        foreach (var same in pack.Machines.Values.OrderBy(machine => machine.Name, StringComparer.Ordinal)
            .SelectMany(machine => machine.Steps.Select(step => (machine, step)))
            .Where(pair => pair.step.Event.Length > 0).GroupBy(pair => pair.step.Event))
            foreach (var (machine, step) in same.Skip(1))
                findings.Add(findings.Where($"{machine.Name}/steps/{step.Name}/event"),
                    new($"事件名“{same.Key}”已被使用", $"event '{same.Key}' is used already"), new("换一个名字", "choose another name"));
    }

    private static void Clocks(Pack pack, Findings findings)
    {
        var steps = pack.Machines.Values.SelectMany(machine => machine.Steps).ToList();
        var starts = steps.SelectMany(step => step.Starts).ToHashSet();
        var meets = steps.SelectMany(step => step.Meets).ToHashSet();
        foreach (var clock in pack.Clocks.Values.OrderBy(clock => clock.Code, StringComparer.Ordinal))
        {
            var at = $"clocks/{clock.Code}";
            if (!pack.Escalations.ContainsKey(clock.BreachPages))
                findings.Add(findings.Where(at + "/breachPages"),
                    new($"逾期无人知晓：没有呼叫方案“{clock.BreachPages}”", $"nobody hears its breach: no escalation '{clock.BreachPages}'"),
                    Findings.Suggest(clock.BreachPages, [.. pack.Escalations.Keys]));
            if (!starts.Contains(clock.Code))
                findings.Add(findings.Where(at), new("没有步骤启动此期限", "no step starts this clock"),
                    new("在某一步骤写 starts，或删去此期限", "name it in some step's 'starts', or remove it"));
            if (!meets.Contains(clock.Code))
                findings.Add(findings.Where(at), new("没有步骤办结此期限", "no step meets this clock"),
                    new("在某一步骤写 meets", "name it in some step's 'meets'"));
        }
    }

    private static void Roles(Pack pack, Findings findings)
    {
        string[] known = [.. pack.Roles.Keys];
        foreach (var plan in pack.Escalations.Values.OrderBy(plan => plan.Name, StringComparer.Ordinal))
            foreach (var step in plan.Steps.Where(step => !pack.Roles.ContainsKey(step.TargetRole)))
                findings.Add(findings.Where($"escalations/{plan.Name}/{step.TargetRole}"),
                    new($"未知的角色“{step.TargetRole}”", $"unknown role '{step.TargetRole}'"), Findings.Suggest(step.TargetRole, known));
        foreach (var role in pack.Limits.Quiet.Roles.Where(role => !pack.Roles.ContainsKey(role)))
            findings.Add(findings.Where($"page/limits/quiet/{role}"), new($"未知的角色“{role}”", $"unknown role '{role}'"), Findings.Suggest(role, known));
        foreach (var organisation in pack.Organisations.Values)
            foreach (var role in organisation.Roles.Where(role => !pack.Roles.ContainsKey(role)))
                findings.Add(findings.Where($"organisations/{organisation.Name}/{role}"),
                    new($"未知的角色“{role}”", $"unknown role '{role}'"), Findings.Suggest(role, known));
    }

    [GeneratedRegex("^[a-z]+(_[a-z0-9]+)*$")]
    private static partial Regex EventShape { get; }
}
