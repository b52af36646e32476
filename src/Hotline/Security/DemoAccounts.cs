using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Hotline.Security;

/// <summary>The people of the demo county. Made only by a demo server; their rows are marked and open nothing elsewhere.</summary>
public static class DemoAccounts
{
    public const string Password = "hotline-demo";

    public sealed record Place(string Code, string Zh, string En);

    public sealed record Person(string User, string Role, string Division, string OrganisationType, string OrganisationZh, string OrganisationEn, string DisplayName)
    {
        /// <summary>A second role, where the unit that reports also receives tasks.</summary>
        public string? Also { get; init; }
    }

    public static readonly IReadOnlyList<Place> Places =
    [
        new("440100", "试点市", "Pilot City"),
        new("440199", "试点县", "Pilot County"),
        new("440199001", "青山镇", "Qingshan Township"),
        new("440199001001", "一村", "First Village"),
    ];

    public static readonly IReadOnlyList<Person> People =
    [
        new("school", Roles.Reporter, "440199", "School", "试点县第一小学", "Pilot County First Primary School", "试点小学老师") { Also = Roles.AgencyStaff },
        new("hospital", Roles.Reporter, "440199", "MedicalInstitution", "试点县人民医院", "Pilot County People's Hospital", "试点医院医生") { Also = Roles.AgencyStaff },
        new("duty", Roles.DutyOfficer, "440199", "CountyCivilAffairs", "试点县民政局热线", "Pilot County Hotline", "值班员"),
        new("supervisor", Roles.DutySupervisor, "440199", "CountyCivilAffairs", "试点县民政局热线", "Pilot County Hotline", "值班长"),
        new("county", Roles.CountyOfficer, "440199", "CountyCivilAffairs", "试点县民政局", "Pilot County Civil Affairs", "县民政经办"),
        new("approver", Roles.SecondApprover, "440199", "CountyCivilAffairs", "试点县民政局", "Pilot County Civil Affairs", "县民政复核"),
        new("township", Roles.ChildSupervisor, "440199001", "Township", "青山镇人民政府", "Qingshan Township Government", "儿童督导员"),
        new("director", Roles.ChildDirector, "440199001001", "VillageCommittee", "一村村委会", "First Village Committee", "儿童主任"),
        new("police", Roles.PoliceLiaison, "440199", "Police", "试点县公安局", "Pilot County Police", "公安联络员"),
        new("institution", Roles.InstitutionStaff, "440199", "RescueProtectionInstitution", "试点县未成年人救助保护中心", "Pilot County Minors' Protection Centre", "救助保护机构"),
        new("welfare", Roles.WelfareStaff, "440199", "ChildWelfareInstitution", "试点县儿童福利院", "Pilot County Children's Home", "福利机构"),
        new("auditor", Roles.Auditor, "440199", "Auditor", "试点县审计", "Pilot County Audit", "审计员"),
        new("admin", Roles.SystemAdministrator, "440199", "SystemAdministrator", "试点县信息中心", "Pilot County Systems", "系统管理员"),
        new("operator", Roles.ContractedOperator, "440199", "ContractedOperator", "试点县热线承接单位", "Pilot County Line Operator", "话务员"),
        new("callcentre", Roles.CallCentre, "440199", "ContractedOperator", "试点县热线承接单位", "Pilot County Line Operator", "呼叫中心接口"),
        new("city", Roles.CitySupervisor, "440100", "CitySupervisor", "试点市民政局", "Pilot City Civil Affairs", "市级督导"),
    ];

    /// <summary>The same name has the same id in every demo, so that rosters and drivers can name people.</summary>
    public static Guid AccountId(string user) => NamedId($"demo-account:{user}");

    /// <summary>The organisation of a demo account.</summary>
    public static Guid OrganisationId(string user)
    {
        var person = People.First(p => p.User == user);
        return NamedId($"demo-organisation:{person.OrganisationEn}");
    }

    /// <summary>Idempotent; one transaction, so that a killed first start leaves all of them or none.</summary>
    public static async Task Seed(
        NpgsqlDataSource database, IPasswordHasher<Account> hasher, TimeProvider time, CancellationToken cancel = default)
    {
        // One password for all, so one hash for all: the first start need not pay the work factor fourteen times.
        var hash = hasher.HashPassword(null!, Password);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var all = await connection.BeginTransactionAsync(cancel);
        await using var rows = new NpgsqlBatch(connection, all);
        foreach (var place in Places)
        {
            rows.BatchCommands.Add(Statements.Row(
                "insert into hotline.divisions (code, name_zh, name_en) values ($1, $2, $3) on conflict do nothing",
                place.Code, place.Zh, place.En));
        }
        foreach (var person in People)
        {
            rows.BatchCommands.Add(Statements.Row(
                """
                insert into hotline.organisations (id, type, name_zh, name_en, division, demo)
                values ($1, $2, $3, $4, $5, true) on conflict do nothing
                """,
                OrganisationId(person.User), person.OrganisationType, person.OrganisationZh, person.OrganisationEn, person.Division));
            rows.BatchCommands.Add(Statements.Row(
                """
                insert into hotline.accounts (id, user_name, display_name, password_hash, roles, division, organisation_id, demo, created_at)
                values ($1, $2, $3, $4, $5, $6, $7, true, $8) on conflict do nothing
                """,
                AccountId(person.User), person.User, person.DisplayName, hash, new[] { person.Role, person.Also }.OfType<string>().ToArray(), person.Division,
                OrganisationId(person.User), time.GetUtcNow()));
        }
        await rows.ExecuteNonQueryAsync(cancel);
        await all.CommitAsync(cancel);
    }

    /// <summary>Whether this database has ever held demo accounts; if so it never turns productive.</summary>
    public static async Task<bool> Known(NpgsqlDataSource database, CancellationToken cancel = default)
    {
        await using var ask = database.CreateCommand("select exists (select 1 from hotline.accounts where demo)");
        return (bool)(await ask.ExecuteScalarAsync(cancel))!;
    }

    private static Guid NamedId(string name)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(name))[..16];
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);    // version 8: made by a rule of ours
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
