using System.Globalization;
using System.Text.Json.Nodes;

namespace Hotline.Simulator.City;

/// <summary>Fills the form of a step as whoever works on the story would.</summary>
public sealed class FormAnswers(Narrative story, string? otherCase, DateTimeOffset now)
{
    static readonly TimeSpan ChinaTime = TimeSpan.FromHours(8);
    static readonly string[] Always = ["note", "finding", "evidence", "receiptNo", "report", "address", "location"];

    /// <summary>Null when the form asks for something that this story does not have.</summary>
    public JsonObject? Fill(string trigger, JsonNode schema)
    {
        if (schema["properties"]?["intoCase"]?["oneOf"] is JsonArray cases && !cases.Any(one => (string?)one?["const"] == otherCase))
            return null;
        var required = (schema["required"] as JsonArray ?? []).Select(name => (string?)name).ToHashSet();
        var body = new JsonObject();
        foreach (var (name, field) in schema["properties"] as JsonObject ?? [])
            if (field is not null && (required.Contains(name) || Always.Contains(name) || IsDanger(name)))
                body[name] = Value(trigger, name, field);
        return body;
    }

    static bool IsDanger(string name) => name is "lifeThreat" or "seriousInjury" or "suspectPresent" or "weaponOrOngoing"
        or "selfHarm" or "youngAlone" or "missingOrTaken";

    JsonNode Value(string trigger, string name, JsonNode field)
    {
        if (IsDanger(name)) return Danger(trigger, name);
        if (field["oneOf"] is JsonArray { Count: > 0 } choices) return Choice(trigger, name, choices);
        if (field["enum"] is JsonArray { Count: > 0 } values) return values[0]!.DeepClone();
        return (string?)field["type"] switch
        {
            "boolean" => name is not ("identityMistaken" or "namesChild") || Mistake,
            "integer" or "number" => (int?)field["minimum"] ?? 1,
            "array" => new JsonArray(Value(trigger, name, field["items"]!)),
            _ => Text(name, field),
        };
    }

    bool Mistake => story.Ending == Ending.Unfounded && !Malicious;

    bool Malicious => story.Process.Contains('o') && story.Process.Contains('t');

    /// <summary>A yes stays one; what nobody knew or asked has turned out to be no by the time somebody was there.</summary>
    string Danger(string trigger, string name) =>
        trigger is "TakeForScreening" or "RecordCallBack" && (string?)story.Body["immediateDanger"]?[name] == "yes" ? "yes" : "no";

    JsonNode Choice(string trigger, string name, JsonArray choices)
    {
        JsonNode? With(Func<JsonNode, bool> which) => choices.FirstOrDefault(choice => which(choice!))?["const"]?.DeepClone();
        JsonNode? Word(string? word) => With(choice => (string?)choice["const"] == word);
        JsonNode? Called(string text) => With(choice => ((string?)choice["title"] ?? "").Contains(text, StringComparison.Ordinal));
        var wanted = (trigger, name) switch
        {
            (_, "intoCase") => Word(otherCase),
            (_, "targetBody") => Called("试点市民政局"),
            // No other county is in the demo: the rescue-protection institution takes the case on and escorts the child home.
            ("TransferCase", "receiver") => Called("保护中心"),
            (_, "level") => Word(story.Triage),
            ("SignAssessment", "riskLevel") => Word(story.Triage is "T1" or "T2" ? "Medium" : "Low"),
            ("SignAssessment", "guardianship") => Word(story.Triage is "T1" or "T2" ? "Unfit" : "Insufficient"),
            (_, "policeHandover") => Word((bool?)story.Body["policeNotified"] == true ? "AlreadyNotified"
                : story.Triage is "T1" or "T2" ? "Forwarded" : "NotNeeded"),
            ("RecordPoliceState", "state") => Word(story.Offence ? "ReceivedByPolice" : "NotNeeded"),
            ("ProposeUnfounded", "reasonCode") => Word(Malicious ? "Malicious" : "Mistake"),
            (_, "result") => Word("NotFound"),
            ("StartTemporary", "ground") => Word(story.SeeksParents ? "TG1" : story.Grave ? "TG6" : "TG5"),
            ("Open", "agency") => Called(Agency.Body),
            ("Open", "kind") => Word(Agency.Work),
            (_, "to") => Called("儿童福利院"),
            (_, "visitor") => Called("青山镇"),
            (_, "heard") => Word(Age is < 4 ? "NotAble" : "Heard"),
            ("GiveFeedback", "channel") => Word(Anonymous ? "None" : (string?)story.Body["reporter"]?["feedbackChannel"]),
            (_, "delivery") => Word(Anonymous ? "Impossible" : "Delivered"),
            _ => null,
        };
        return wanted ?? choices[0]!["const"]!.DeepClone();
    }

    (string Body, string Work) Agency => (string?)story.Body["category"] switch
    {
        "MedicalInjury" or "SelfHarm" or "SexualAbuse" => ("人民医院", "Psychology"),
        "Dropout" or "Bullying" or "ChildLabour" => ("小学", "Schooling"),
        "Abandonment" or "Trafficked" or "Begging" => ("保护中心", "Relief"),
        _ => ("青山镇", "FamilyGuidance"),
    };

    int? Age => (int?)story.Body["children"]?[0]?["ageEstimate"];

    bool Anonymous => story.Body["reporter"] is null;

    string Text(string name, JsonNode field)
    {
        var local = now.ToOffset(ChinaTime);
        if ((string?)field["format"] == "date-time")
            return local.AddMinutes(-2).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
        if ((string?)field["format"] == "date")
            return local.AddDays(name == "until" ? 60 : 0).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var text = name switch
        {
            "text" => "您反映的情况已由试点县民政局办理，孩子目前有人照看。感谢您的报告。",
            "location" or "address" or "lastKnown" => (string?)story.Body["locationText"] ?? "地址待核实",
            "question" => (string?)story.Body["situationText"] ?? story.Title,
            "seenBy" or "owner" or "visitor" => "青山镇儿童督导员",
            "opinion" => Age is < 4 ? "年龄太小，无法表达，已观察其与照料人的互动。" : "孩子说希望有人陪着，愿意留在现在照料的人身边。",
            "goal" => "孩子得到稳定、安全的照料，监护人能够履行职责。",
            "services" => "每周家访、家庭教育指导、心理疏导、就学和生活救助。",
            "service" or "task" => "入户家访与家庭教育指导",
            "rightAddress" => "可拨打110、12338或到法院申请人身安全保护令。",
            "receiptNo" or "documentNo" => $"DEMO-{local:yyMMdd}-{story.Id[..2]}",
            _ => story.Finding,
        };
        var most = (int?)field["maxLength"] ?? text.Length;
        return text.Length > most ? text[..most] : text;
    }
}
