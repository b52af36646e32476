using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Hotline.Security;

namespace Hotline.Api.Tests.Duty;

/// <summary>What clerks send to the duty room.</summary>
internal static class DutyCalls
{
    public static readonly Guid Roster = DemoAccounts.AccountId("roster:440199:DutyOfficer");
    public static readonly Guid Supervisors = DemoAccounts.AccountId("roster:440199:DutySupervisor");

    public static async Task<HttpResponseMessage> Keyed(this HttpClient client, string path, object body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", key ?? Guid.NewGuid().ToString());
        return await client.SendAsync(request);
    }

    public static async Task<JsonElement> Should(this Task<HttpResponseMessage> sent, HttpStatusCode status)
    {
        using var answer = await sent;
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(status, text);
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>Replaces the county's duty roster as it stands now.</summary>
    public static async Task<HttpResponseMessage> Plan(this HttpClient client, object body, Guid? roster = null)
    {
        var seen = await client.GetFromJsonAsync<JsonElement>($"/api/duty/rosters/{roster ?? Roster}");
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/duty/rosters/{roster ?? Roster}") { Content = JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation("If-Match", $"\"{seen.GetProperty("version").GetInt64()}\"");
        return await client.SendAsync(request);
    }

    /// <summary>The users on duty as the answer of /now has them.</summary>
    public static string[] OnDuty(this JsonElement now, string role) =>
        [.. now.GetProperty("items").EnumerateArray().Single(i => i.GetProperty("role").GetString() == role)
            .GetProperty("now").EnumerateArray().Select(p => p.GetProperty("user").GetString()!)];
}
