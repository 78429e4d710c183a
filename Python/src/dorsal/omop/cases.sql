select p.id, p.setting,
  case when p.age >= 0 then cast(cast(p.age as int) as string) end as age,
  case p.gender when 'F' then 'female' when 'M' then 'male' end as sex,
  {columns}
from people p
left join readings r on r.id = p.id and r.outcome = 'taken'
group by p.id, p.setting, p.age, p.gender
